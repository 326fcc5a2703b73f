// Asks the phone to keep the shell, and the page without a network as it is read today. Without it, all works but that.
"use strict";
(() => {
  const { offline } = document.currentScript.dataset;
  const worker = navigator.serviceWorker;
  if (!worker) return;
  worker.register("/sw.js").catch(() => {}); // a private window may refuse
  worker.ready.then((found) => found.active.postMessage(offline));
})();
