/** Passkeys: asks the browser for one, puts its answer into the form as JSON and sends it. */
import { all, on, one } from "./dom.js";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** What the server asks, with bytes where it wrote base64. */
function asked(form) {
  const options = JSON.parse(form.dataset.options);
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.allowCredentials, options.excludeCredentials]) {
    for (const one of list ?? []) one.id = bytes(one.id);
  }
  return options;
}

/** What the device answered, with base64 where it has bytes. */
function answered(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

let waiting = null; // the quiet question behind the e-mail field; only one may be open

async function ask(form, more = {}) {
  const publicKey = asked(form);
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey, ...more });
  one("[name=answer]", form).value = answered(credential);
  delete form.dataset.dirty;
  form.submit();
}

on("submit", "form[data-passkey]", async (form, event) => {
  event.preventDefault();
  waiting?.abort();
  const said = one("[data-said]", form);
  const button = one("button", form);
  said.hidden = true;
  button.setAttribute("aria-busy", "true");
  try {
    await ask(form);
  } catch {
    said.textContent = form.dataset.failed;
    said.hidden = false;
  }
  button.removeAttribute("aria-busy");
});

async function offer(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  waiting = new AbortController();
  try {
    await ask(form, { mediation: "conditional", signal: waiting.signal });
  } catch {
    // Nobody chose one, or the button was pressed instead.
  }
}

if (window.PublicKeyCredential) {
  for (const form of all("form[data-passkey]")) {
    form.hidden = false;
    if (form.dataset.conditional !== undefined) offer(form);
  }
}
