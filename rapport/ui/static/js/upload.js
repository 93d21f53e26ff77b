/** Files of a record: several at once, each sent on its own with its progress; too large ones are told before. */
import { one } from "./dom.js";
import "./drop.js";

const toast = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone: "red" } }));

/** Send one file; resolves with the request when the answer is there. */
function send(form, file, number, progress) {
  const request = new XMLHttpRequest();
  const data = new FormData();
  for (const { name, value } of form.querySelectorAll("input[type=hidden]")) data.append(name, value);
  data.set("form_token", `${data.get("form_token")}-${number}`);
  data.append("files", file);
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
  return new Promise((resolve) => {
    request.addEventListener("loadend", () => resolve(request));
    request.send(data);
  });
}

/** What the server says in its header, as htmx would tell it. */
function tell(request, quietly) {
  const said = JSON.parse(request.getResponseHeader("HX-Trigger") || "{}");
  if (quietly && said.toast?.tone === "green") delete said.toast; // the list shows them
  for (const [name, detail] of Object.entries(said)) document.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  if (!request.status) toast(document.body.dataset.sayOffline);
}

async function upload(form) {
  const input = one("input[type=file]", form);
  const files = [...input.files];
  const fitting = files.filter((file) => file.size <= Number(form.dataset.most));
  for (const file of files) if (!fitting.includes(file)) toast(form.dataset.sayLarge.replace("{name}", file.name));
  const bar = one("progress", form);
  bar.hidden = !fitting.length;
  let last;
  for (const [number, file] of fitting.entries()) {
    last = await send(form, file, number, (part) => (bar.value = (number + part) / fitting.length));
    tell(last, fitting.length > 1);
  }
  bar.hidden = true;
  input.value = "";
  const panel = one("#files");
  if (!last?.responseText.includes('id="files"') || !panel) return;
  const fresh = new DOMParser().parseFromString(last.responseText, "text/html").getElementById("files");
  form.elements.form_token.value = one("[name=form_token]", fresh)?.value ?? ""; // a form outside of the panel stays
  panel.replaceWith(fresh);
  window.htmx?.process(fresh);
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-upload]");
  if (form && event.target.files?.length) upload(form);
});
