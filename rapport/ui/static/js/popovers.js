/** Menus and small panels: placed beside their button, moved through with the arrow keys. */
import { all, on, one } from "./dom.js";

const GAP = 4;
const EDGE = 8;

function place(popover) {
  const button = one(`[popovertarget="${CSS.escape(popover.id)}"]`);
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
    const first = popover.matches("[role=menu]") ? "[role=menuitem]:not(:disabled)" : "input:not([type=hidden]), select, button";
    one(first, popover)?.focus();
  },
  true,
);

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
