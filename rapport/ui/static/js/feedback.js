/** What the person sees of requests: toasts (the server's event `toast` {text, tone, undo, retry}, or drawn by the
 *  server), a line on top after 300 ms, aria-busy on the target, a toast with Retry when no answer came. */
import { all, on, one, openDialog, say } from "./dom.js";

const STAY = 10000;
const AT_MOST = 3;
const ICONS = { green: 0, red: 1 };
const region = () => one("#toasts");

/** `retry` is a function, `again` what its button says if not “Retry”; `undo` an address that takes a POST. */
function showToast({ text, tone = "green", undo, retry, again: words }) {
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
    if (words) again.textContent = words;
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
  const send = () => (elt?.closest("form") ? elt.closest("form").requestSubmit() : elt?.click());
  showToast({ ...toast, retry: typeof retry === "function" ? retry : retry && send });
});

on("click", "[data-dismiss]", (button) => {
  const toast = button.closest(".toast");
  if (toast) dismiss(toast);
});

// Undo: post, say what happened, draw the page anew.
on("submit", "[data-undo]", (form, event) => {
  event.preventDefault();
  const toast = form.closest(".toast");
  if (toast) dismiss(toast);
  undo(form.getAttribute("action"));
});
const reload = async () => (await import("./reload.js")).reloadMain();
async function undo(url) {
  let undone = true;
  const failed = (event) => (undone &&= Boolean(event?.detail) && event.detail.requestConfig?.path !== url); // not another's
  for (const type of ["htmx:responseError", "htmx:sendError"]) document.addEventListener(type, failed);
  await window.htmx.ajax("POST", url, { source: document.body, target: document.body, swap: "none" }).catch(failed);
  for (const type of ["htmx:responseError", "htmx:sendError"]) document.removeEventListener(type, failed);
  if (undone) await reload();
}

/** Press “Undo” of the newest toast that has one. */
export function undoLast() {
  all("[data-undo]", region()).at(-1)?.requestSubmit();
}

all(".toast", region() ?? document.createElement("div")).forEach(live);

// Requests under way and requests that failed
const PATIENCE = 300;
let underWay = 0;
let timer;

function count(step) {
  underWay = Math.max(0, underWay + step);
  if (underWay && !timer) {
    timer = setTimeout(() => {
      const bar = document.createElement("div");
      bar.className = "topbar";
      document.body.append(bar);
    }, PATIENCE);
  } else if (!underWay) {
    clearTimeout(timer);
    timer = undefined;
    one(".topbar")?.remove();
  }
}

document.addEventListener("htmx:beforeSend", (event) => {
  count(1);
  event.detail.target?.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", (event) => {
  count(-1);
  event.detail.target?.removeAttribute("aria-busy");
});

/** Send the same request again, by the event that sent it the first time. */
const again = (detail) => () => {
  const { verb, path, triggeringEvent } = detail.requestConfig;
  if (detail.elt === document.body) return undo(path);
  if (!triggeringEvent && verb === "get") return reload(); // a script asked for it
  const type = triggeringEvent?.type ?? "click";
  if (type === "submit") detail.elt.closest("form")?.requestSubmit();
  else window.htmx.trigger(detail.elt, type);
};

for (const type of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(type, async ({ detail }) => {
    const form = detail.elt.closest?.("form[data-outbox]");
    if (form && detail.requestConfig.verb !== "get") {
      const kept = await import("./outbox.js").then((outbox) => outbox.keep(form, detail.requestConfig.formData)).catch(() => false);
      if (kept) return;
    }
    showToast({ text: say(type === "htmx:timeout" ? "slow" : "offline"), tone: "red", retry: again(detail) });
  });
}
document.addEventListener("htmx:responseError", async ({ detail }) => {
  const { xhr } = detail;
  if (xhr.getResponseHeader("X-Session")) {
    (await import("./session.js")).whenSignedIn(again(detail));
    return;
  }
  if (xhr.getResponseHeader("HX-Trigger")?.includes('"toast"')) return; // the server has said it better
  if (xhr.status >= 500) showToast({ text: say("error"), tone: "red", retry: again(detail) });
  else showToast({ text: say("refused"), tone: "red" });
});

// No request waits for ever, except one that carries a file.
const LONGEST = 30000;
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const form = detail.elt.closest?.("form");
  const carries = form && all("input[type=file]", form).some((input) => input.files.length);
  window.htmx.config.timeout = carries ? 0 : LONGEST;
});

// htmx stores the last address in the browser; it may hold what was searched for, so it is not kept.
const forget = () => sessionStorage.removeItem("htmx-current-path-for-history");
for (const type of ["DOMContentLoaded", "htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(type, forget);
