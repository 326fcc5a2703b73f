// Asks the browser to take « Il y a du nouveau ». The form stays hidden where it cannot.
"use strict";
(() => {
  const form = document.querySelector("form[data-push]");
  if (!form || !("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
  form.hidden = false;
  const failed = form.querySelector("[data-failed]");
  const raw = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const found = await navigator.serviceWorker.ready;
      const made = await found.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: raw(form.dataset.push) });
      const { endpoint, keys } = made.toJSON();
      for (const [name, value] of Object.entries({ endpoint, ...keys })) if (form.elements[name]) form.elements[name].value = value;
      form.submit();
    } catch {
      failed.hidden = false; // refused in the browser, or its service does not answer
    }
  });
})();
