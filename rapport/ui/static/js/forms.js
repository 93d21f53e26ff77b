/** Forms: sent once, busy while they are under way, guarded while unsaved, focus on what is wrong. */
import { all, on, one, say } from "./dom.js";

const BUSY_AT_MOST = 8000;

function setBusy(form, busy, submitter) {
  if (busy) {
    form.dataset.busy = "";
    (submitter ?? one("button[type=submit], button:not([type])", form))?.setAttribute("aria-busy", "true");
  } else {
    delete form.dataset.busy;
    all("[aria-busy=true]", form).forEach((button) => button.removeAttribute("aria-busy"));
  }
}

// A second press, by mouse or Enter, does nothing until the answer has come.
document.addEventListener(
  "submit",
  (event) => {
    if (event.target.dataset.busy === undefined) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

// A long text, or a selection, that is sent the plain way would be lost if the session has ended or the net is gone:
// that is looked at before.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const holds = form.dataset.dirty !== undefined || form.dataset.holds !== undefined;
  const isPlain = holds && form.method === "post" && !form.hasAttribute("hx-post");
  if (event.defaultPrevented || !isPlain || form.dataset.sure !== undefined || !one("[data-user]")) return;
  event.preventDefault();
  const { submitter } = event;
  const send = () => {
    form.dataset.sure = "";
    form.requestSubmit(submitter);
    delete form.dataset.sure;
  };
  const unanswered = () => document.dispatchEvent(new CustomEvent("toast", { detail: { text: say("offline"), tone: "red" } }));
  import("./session.js").then((session) => session.beforeSending(send), unanswered);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  setTimeout(() => {
    if (event.defaultPrevented) return; // htmx sends it; see below
    delete form.dataset.dirty;
    if (form.dataset.download !== undefined || form.method === "dialog") return;
    setBusy(form, true, event.submitter);
    setTimeout(() => setBusy(form, false), BUSY_AT_MOST);
  });
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt.closest("form");
  const sending = form && event.detail.requestConfig.verb !== "get" && event.detail.requestConfig.triggeringEvent?.type === "submit";
  if (sending) setBusy(form, true, event.detail.requestConfig.triggeringEvent.submitter);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form");
  if (!form) return;
  setBusy(form, false);
  if (event.detail.successful && event.detail.requestConfig.verb !== "get") delete form.dataset.dirty;
});

addEventListener("pageshow", (event) => event.persisted && all("form[data-busy]").forEach((form) => setBusy(form, false)));

// Unsaved changes
on("input", "form[data-guard]", (form, event) => {
  if (event.target.type === "search") return;
  form.dataset.dirty = "";
  const note = one("[data-dirty-note]", form);
  if (note && !note.textContent) note.textContent = note.dataset.text;
});
on("click", "[data-discard]", (link) => delete link.closest("form").dataset.dirty);
addEventListener("beforeunload", (event) => {
  if (one("form[data-dirty]")) event.preventDefault();
});
document.addEventListener("htmx:confirm", (event) => {
  const target = event.detail.target;
  if (event.detail.elt.closest("form[data-dirty]") || !target || !one("form[data-dirty]", target)) return;
  if (!confirm(say("unsaved"))) event.preventDefault();
});

// What is wrong gets the focus
document.addEventListener("htmx:afterSettle", (event) => {
  if (![409, 422].includes(event.detail.xhr?.status)) return;
  const place = event.detail.target?.isConnected ? event.detail.target : document;
  one("[aria-invalid=true], .conflict, [data-inline] [autofocus]", place)?.focus();
  all("form[data-guard]", place).forEach((form) => (form.dataset.dirty = "")); // what was typed is still not saved
});
one("form [aria-invalid=true]")?.focus();

// Ctrl+Enter sends
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form");
  if (!form || event.target.closest("[role=combobox][aria-expanded=true]")) return;
  event.preventDefault();
  form.requestSubmit();
});

// What was saved may be told elsewhere on the page, too.
document.addEventListener("record:changed", () => import("./reload.js").then((page) => page.refreshLive(), () => {}));
