/** What opens and closes on the page: dialogs and the drawer, menus and small panels beside their button, tabs, the
 *  sections of a record. `data-dialog="id"` opens a dialog, `data-close` closes; htmx loads the drawer's content. */
import { all, on, one, say } from "./dom.js";

const openers = new WeakMap();

function open(dialog, opener) {
  openers.set(dialog, opener ?? document.activeElement);
  all(":popover-open").forEach((popover) => popover.hidePopover());
  if (!dialog.open) dialog.showModal();
}

/** Close, unless a form in it has unsaved changes and the person wants to stay. */
function close(dialog, { ask = true } = {}) {
  if (ask && one("form[data-dirty]", dialog) && !confirm(say("unsaved"))) return;
  dialog.close();
}

on("click", "[data-dialog]", (button) => {
  const dialog = document.getElementById(button.dataset.dialog);
  if (dialog) open(dialog, button);
});

on("click", "[data-close]", (button, event) => {
  const dialog = button.closest("dialog:not(.inline)");
  if (!dialog) return;
  event.preventDefault();
  close(dialog);
});

// A press on the backdrop closes; a drag that only ends there does not.
let pressedOn = null;
document.addEventListener("pointerdown", (event) => (pressedOn = event.target));
document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement && event.target === pressedOn && event.target.matches(":modal")) {
    const box = event.target.getBoundingClientRect();
    const inside =
      event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) close(event.target);
  }
});

document.addEventListener(
  "cancel",
  (event) => {
    if (event.target instanceof HTMLDialogElement && one("form[data-dirty]", event.target)) {
      event.preventDefault();
      close(event.target);
    }
  },
  true,
);

document.addEventListener(
  "close",
  (event) => {
    const dialog = event.target;
    if (!(dialog instanceof HTMLDialogElement)) return;
    if (dialog.id === "drawer") dialog.replaceChildren();
    const opener = openers.get(dialog);
    if (opener?.isConnected) opener.focus();
  },
  true,
);

// The drawer opens when its content has come, and closes on 204 or on the event drawer:close.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id === "drawer" && !event.detail.target.open) {
    openers.set(event.detail.target, event.detail.elt);
  }
});
document.addEventListener("htmx:afterSwap", (event) => {
  const target = event.detail.target;
  if (target?.id !== "drawer" || target.open || !target.childElementCount) return;
  open(target, openers.get(target));
  one("[autofocus], .in input:not([type=hidden]), .in textarea, .in select", target)?.focus();
});
document.addEventListener("htmx:afterRequest", (event) => {
  const drawer = one("#drawer");
  if (drawer?.open && event.detail.xhr?.status === 204 && drawer.contains(event.detail.elt)) close(drawer, { ask: false });
});
document.addEventListener("drawer:ask", ({ detail }) =>
  window.htmx.ajax("GET", detail.url, { source: "#drawer", target: "#drawer", swap: "innerHTML" }));
document.addEventListener("drawer:close", () => {
  const drawer = one("#drawer");
  if (drawer?.open) close(drawer, { ask: false });
});

// Menus and small panels: placed beside their button, moved through with the arrow keys

const GAP = 4;
const EDGE = 8;

const besides = new WeakMap(); // panels that a link filled and opened

function place(popover) {
  const button = besides.get(popover) ?? one(`[popovertarget="${CSS.escape(popover.id)}"]`);
  if (!button) return;
  const at = button.getBoundingClientRect();
  const size = popover.getBoundingClientRect();
  const toEnd = (popover.dataset.align === "end") !== (getComputedStyle(button).direction === "rtl");
  const left = toEnd ? at.right - size.width : at.left;
  const below = at.bottom + GAP;
  const above = at.top - GAP - size.height;
  const top = below + size.height > innerHeight - EDGE && above > EDGE ? above : below;
  popover.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - size.width - EDGE))}px`;
  popover.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - size.height - EDGE))}px`;
}

document.addEventListener(
  "toggle",
  (event) => {
    const popover = event.target;
    if (!(popover instanceof HTMLElement) || !popover.hasAttribute("popover")) return;
    const open = event.newState === "open";
    one(`[popovertarget="${CSS.escape(popover.id)}"]`)?.setAttribute("aria-expanded", String(open));
    if (!open) return;
    place(popover);
    load(popover);
    focusFirst(popover);
  },
  true,
);

function focusFirst(popover) {
  const first = popover.matches("[role=menu]") ? "[role=menuitem]:not(:disabled)" : "input:not([type=hidden]), select, button";
  one(first, popover)?.focus();
}

/** `data-load="url"` inside a panel: fetched anew at each opening, unless a link has just filled it. */
async function load(popover) {
  const body = one("[data-load]", popover);
  const filled = body?.dataset.filled !== undefined;
  if (filled) delete body.dataset.filled;
  if (!body || filled) return;
  await window.htmx.ajax("GET", body.dataset.load, { source: body, target: body, swap: "innerHTML" });
  if (popover.matches(":popover-open")) focusFirst(popover);
}

// `data-panel="id"` on a link that htmx loads into a panel: the panel opens with what came.
document.addEventListener("htmx:afterSwap", (event) => {
  const id = event.detail.requestConfig?.elt?.dataset.panel;
  if (!id) return;
  event.detail.target.dataset.filled = "";
  const panel = document.getElementById(id);
  if (!one(`[popovertarget="${CSS.escape(id)}"]`)) besides.set(panel, event.detail.requestConfig.elt);
  if (panel?.matches(":popover-open")) place(panel);
  else panel?.showPopover();
});

document.addEventListener("htmx:afterSettle", () => all(":popover-open").forEach(place));
addEventListener("resize", () => all(":popover-open").forEach(place));

on("click", "[popover][role=menu] [role=menuitem]", (item) => item.closest("[popover]").hidePopover());

on("keydown", "[popover][role=menu]", (menu, event) => {
  const items = all("[role=menuitem]:not(:disabled)", menu);
  const now = items.indexOf(document.activeElement);
  const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    items.at(next % items.length)?.focus();
  } else if (event.key === "Tab") menu.hidePopover();
});

// Tabs that show one of several panels (the composer)
function choose(tab, focus = true) {
  for (const other of all("[role=tab]", tab.closest("[role=tablist]"))) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    const panel = document.getElementById(other.getAttribute("aria-controls"));
    if (panel) panel.hidden = !chosen;
  }
  const panel = document.getElementById(tab.getAttribute("aria-controls"));
  if (focus && panel) one("textarea, input:not([type=hidden]), select", panel)?.focus();
}

on("click", "[role=tab][aria-controls]", (tab, event) => {
  event.preventDefault(); // a link for browsers without script
  choose(tab);
});

// The address may name the tab to write in: /people/7#compose-note
function chooseNamed() {
  const tab = location.hash && one(`[role=tab][aria-controls="${CSS.escape(location.hash.slice(1))}"]`);
  if (tab) choose(tab);
}
addEventListener("hashchange", chooseNamed);
addEventListener("load", () => setTimeout(chooseNamed)); // behind the browser's own jump

on("keydown", "[role=tab]", (tab, event) => {
  const tabs = all("[role=tab]", tab.closest("[role=tablist]"));
  const now = tabs.indexOf(tab);
  const forward = getComputedStyle(tab).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const back = forward === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
  const next = { [forward]: now + 1, [back]: now - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  const chosen = tabs.at(next % tabs.length);
  choose(chosen, false);
  chosen.focus();
});

// The sections of a record on phones
on("click", "[data-pane-link]", (link, event) => {
  const record = link.closest("[data-pane]");
  if (!record) return;
  event.preventDefault();
  record.dataset.pane = link.dataset.paneLink;
  all("[data-pane-link]", record).forEach((other) => {
    if (other === link) other.setAttribute("aria-current", "page");
    else other.removeAttribute("aria-current");
  });
});
