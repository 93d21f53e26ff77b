/** Toasts: from the server's `toast` event ({text, tone, undo, retry}) or drawn into the page by the server. */
import { all, on, one, openDialog, reloadMain } from "./dom.js";

const STAY = 10000;
const AT_MOST = 3;
const ICONS = { green: 0, red: 1 };
const region = () => one("#toasts");

/** `retry` and `onUndo` are functions; `undo` is an address that takes a POST. */
export function showToast({ text, tone = "green", undo, retry }) {
  const parts = one("#toast-template").content.cloneNode(true);
  const toast = one(".toast", parts);
  toast.dataset.c = tone;
  if (tone === "red") toast.setAttribute("role", "alert");
  toast.firstElementChild.replaceWith(parts.lastElementChild.children[ICONS[tone] ?? 2]);
  one("[data-text]", toast).textContent = text;
  const form = one("[data-undo]", toast);
  if (undo) form.action = undo;
  else form.remove();
  const again = one("[data-retry]", toast);
  if (retry) {
    again.addEventListener("click", () => {
      dismiss(toast);
      retry();
    });
  } else again.remove();
  home();
  region().append(toast);
  all(".toast", region()).slice(0, -AT_MOST).forEach(dismiss);
  live(toast);
}

const dismiss = (toast) => toast.remove();

/** Ten seconds, not counting the time under the pointer or with the focus; errors stay. */
function live(toast) {
  if (toast.dataset.c === "red") return;
  let left = STAY;
  let since;
  let timer;
  const run = () => {
    since = Date.now();
    timer = setTimeout(() => dismiss(toast), left);
  };
  const pause = () => {
    clearTimeout(timer);
    left -= Date.now() - since;
  };
  const resume = () => toast.matches(":hover, :focus-within") || run();
  toast.addEventListener("pointerenter", pause);
  toast.addEventListener("pointerleave", resume);
  toast.addEventListener("focusin", pause);
  toast.addEventListener("focusout", () => setTimeout(resume));
  run();
}

/** Behind an open dialog nothing can be pressed, so the toasts move into it. */
function home(keepOut) {
  const dialog = openDialog();
  const host = dialog && dialog !== keepOut && dialog.matches(":modal") ? dialog : document.body;
  if (region().parentElement !== host) host.append(region());
}
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.contains(region())) document.body.append(region());
});
document.addEventListener("htmx:afterSettle", () => home());
document.addEventListener("beforetoggle", (event) => event.newState === "closed" && home(event.target), true);
document.addEventListener("close", (event) => home(event.target), true);

document.addEventListener("toast", (event) => {
  const { elt, retry, ...toast } = event.detail;
  const again = retry && (() => (elt?.closest("form") ? elt.closest("form").requestSubmit() : elt?.click()));
  showToast({ ...toast, retry: again || undefined });
});

on("click", "[data-dismiss]", (button) => {
  const toast = button.closest(".toast");
  if (toast) dismiss(toast);
});

// Undo: post, say what happened, draw the page anew.
on("submit", "[data-undo]", async (form, event) => {
  event.preventDefault();
  const toast = form.closest(".toast");
  const url = form.getAttribute("action");
  if (toast) dismiss(toast);
  let undone = true;
  const failed = () => (undone = false);
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
  await window.htmx.ajax("POST", url, { source: document.body, target: document.body, swap: "none" }).catch(failed);
  document.removeEventListener("htmx:responseError", failed);
  document.removeEventListener("htmx:sendError", failed);
  if (undone) await reloadMain();
});

/** Press “Undo” of the newest toast that has one. */
export function undoLast() {
  all("[data-undo]", region()).at(-1)?.requestSubmit();
}

all(".toast", region() ?? document.createElement("div")).forEach(live);
