/** What a button is called, and its key, beside it: for icons without words and for all that a key presses. Loaded when
 *  a pointer first comes over one. */
import { on, one } from "./dom.js";

const PATIENCE = 500;
const GAP = 6;
let timer;
let shownFor;
let title = "";

function tip() {
  const made = one(".tip") ?? document.createElement("div");
  if (!made.isConnected) {
    made.className = "tip";
    made.popover = "manual";
    made.setAttribute("aria-hidden", "true"); // the name and aria-keyshortcuts say the same
    document.body.append(made);
  }
  return made;
}

export function show(button) {
  if (button === shownFor) return;
  hide();
  shownFor = button;
  title = button.title;
  button.removeAttribute("title"); // or the browser's own would come, too
  timer = setTimeout(() => draw(button), PATIENCE);
}

/** The words on a button, without the key that is drawn on it. */
function text(button) {
  const copy = button.cloneNode(true);
  for (const cap of copy.querySelectorAll("kbd")) cap.remove();
  return copy.textContent.trim();
}

function draw(button) {
  const key = document.documentElement.dataset.keys === "off" ? "" : (button.dataset.key ?? "");
  const words = title || button.getAttribute("aria-label") || (key ? text(button) : "");
  // Just pressed: it is known, and would lie over what has opened.
  if (!button.isConnected || !words || button.matches(":focus, [aria-selected=true], [aria-expanded=true]")) return;
  const box = tip();
  box.textContent = words;
  for (const part of key.split(" ").filter(Boolean)) {
    const cap = document.createElement("kbd");
    cap.textContent = part === "Backspace" ? "⌫" : part.toUpperCase();
    box.append(cap);
  }
  box.showPopover();
  const at = button.getBoundingClientRect();
  const size = box.getBoundingClientRect();
  const below = at.bottom + GAP + size.height < innerHeight ? at.bottom + GAP : at.top - GAP - size.height;
  box.style.insetBlockStart = `${below}px`;
  const middle = at.x + at.width / 2 - size.width / 2;
  box.style.translate = `${Math.max(4, Math.min(middle, innerWidth - size.width - 4)) - size.x}px`;
}

export function hide() {
  clearTimeout(timer);
  if (shownFor && title) shownFor.title = title;
  shownFor = undefined;
  title = "";
  const box = one(".tip");
  if (box?.matches(":popover-open")) box.hidePopover();
  if (box) box.style.translate = "";
}

document.addEventListener("pointerover", (event) => shownFor && !shownFor.contains(event.target) && hide());
for (const type of ["pointerdown", "keydown", "scroll"]) document.addEventListener(type, hide, true);
document.addEventListener("toggle", (event) => event.newState === "open" && event.target !== one(".tip") && hide(), true);
on("pointerleave", "[data-key], [title]", hide, true);
