// The square of a letter, or of a tablet, leads here with its secret behind "#", which no server is ever sent. It is put
// into the form, and out of the address: neither history nor the next page knows it. Sending stays the reader's act.
"use strict";
(() => {
  const found = /^#(?:([0-9]{8})\.)?([0-9A-Z]{8,})$/.exec(location.hash);
  const number = document.getElementById("number");
  const secret = document.getElementById(number ? "secret" : "code");
  if (!found || !secret || !number !== !found[1]) return;
  if (number) number.value = found[1];
  secret.value = found[2];
  history.replaceState(null, "", location.pathname);
  const button = document.querySelector("main form button");
  if (button) button.focus();
})();
