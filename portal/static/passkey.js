/* Passkeys. A form with data-question asks the device; its answer goes in the form’s hidden field, and the form is sent.
   Such a form is hidden until here: without a script, or on a device that has no passkeys, it would do nothing. */
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
  let waiting = null;

  const question = (form) => {
    const asked = JSON.parse(form.dataset.question);
    asked.challenge = bytes(asked.challenge);
    if (asked.user) asked.user.id = bytes(asked.user.id);
    asked.excludeCredentials = known(asked.excludeCredentials);
    asked.allowCredentials = known(asked.allowCredentials);
    return asked;
  };

  const send = (form, made) => {
    const answer = made.response;
    const said = { clientDataJSON: text(answer.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (answer[part]) said[part] = text(answer[part]);
    }
    const whole = { id: made.id, rawId: text(made.rawId), type: made.type, response: said, clientExtensionResults: {} };
    form.elements.answer.value = JSON.stringify(whole);
    form.submit();
  };

  const say = (form, error) => {
    const word = error.name === "InvalidStateError" ? "already" : "failed";
    form.querySelectorAll("[data-said]").forEach((one) => { one.hidden = one.dataset.said !== word; });
  };

  const ask = async (form, more) => {
    const publicKey = question(form);
    const made = publicKey.user
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey, ...more });
    if (made) send(form, made);
  };

  document.querySelectorAll("form[data-question]").forEach((form) => {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (waiting) waiting.abort();
      ask(form, {}).catch((error) => say(form, error));
    });
  });

  const offered = document.querySelector("form[data-question][data-offered]");
  if (offered && window.PublicKeyCredential.isConditionalMediationAvailable) {
    window.PublicKeyCredential.isConditionalMediationAvailable().then((can) => {
      if (!can) return;
      waiting = new AbortController();
      ask(offered, { mediation: "conditional", signal: waiting.signal }).catch(() => {});
    });
  }
})();
