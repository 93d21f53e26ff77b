/** Dialogs and the drawer. `data-dialog="id"` opens, `data-close` closes; htmx loads the drawer's content. */
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
document.addEventListener("drawer:close", () => {
  const drawer = one("#drawer");
  if (drawer?.open) close(drawer, { ask: false });
});
