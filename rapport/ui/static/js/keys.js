/** Single keys. An element says which key presses it: `data-key="c"`, `data-key="g p"`. Never inside fields; switched
 *  off with <html data-keys="off">. Told by what a key writes, so that they work on every layout. Loaded when the first
 *  key is pressed. */
import { all, one, openDialog, shown } from "./dom.js";
import { undoLast } from "./feedback.js";
import { foldPanel } from "./frame.js";

const PAUSE = 1200;
const HOLD = 600;
let prefix = "";
let timer;
let hints;

const inField = (target) =>
  target instanceof Element && target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]");

/** Press or focus the first visible element that asks for this key; false where there is none. */
export function press(key) {
  if (ACTIONS[key]) return ACTIONS[key]() !== false;
  const keyed = all(`[data-key="${CSS.escape(key)}"]`);
  const here = rowHere(); // what several rows have is done to the one at hand
  const found = keyed.find((element) => here?.contains(element)) ?? keyed.find(shown) ?? keyed.find((element) => element.closest("[popover]") || key.startsWith("g "));
  if (!found || found.disabled) return false;
  if (found.matches("input, textarea, select")) {
    found.focus();
    found.select?.();
  } else found.click();
  return true;
}

function moveRow(step) {
  const rows = all("[data-row]").filter(shown);
  if (!rows.length) return false;
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.max(0, Math.min(rows.length - 1, now < 0 ? 0 : now + step))];
  (one("a[data-open]", next) ?? one("a", next))?.focus();
}

const rowHere = () => document.activeElement?.closest("[data-row]");
const boxHere = () => rowHere() && one("input[data-select]", rowHere());
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`rapport:${name}`, { detail }));

/** Click what is there, if anything is. */
function click(selector, root = document) {
  const found = root && all(selector, root).find(shown);
  if (!found) return false;
  found.click();
}

const ACTIONS = {
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: () => tell("select", { box: boxHere() }),
  X: () => tell("select", { box: boxHere(), range: true }),
  " ": () => click("[data-peek]", rowHere()),
  z: undoLast,
  "?": () => one("#keys")?.showModal(),
};
// Facts of a record that have a key of their own: who answers for it, and the state that its badge shows.
const FACTS = { a: "#fact-owner :is(a.edit, a.pen)", s: ".fact:has(.badge) :is(a.edit, a.pen)" };

/** What was pressed, as maps of keys write it: small letters, capital ones with Shift; "" for none of ours. */
function keyOf(event) {
  if (event.ctrlKey && !event.getModifierState("AltGraph")) return "";
  // Alt is part of “[” on many keyboards; with a letter it is the browser's.
  if (event.metaKey || (event.altKey && /^[\p{L}\d]$/u.test(event.key))) return "";
  let { key } = event;
  // Greek and Cyrillic keyboards write no Latin letters: there the place of the key tells.
  if (/^[^\p{Script=Latin}]$/u.test(key) && /^\p{L}$/u.test(key)) key = event.code.replace("Key", "");
  if (/^[a-z]$/i.test(key)) return event.shiftKey ? key.toUpperCase() : key.toLowerCase();
  return key;
}

const FOLDS = { BracketLeft: "side", BracketRight: "related" };

/** What is done when a key is pressed; app.js hands each one over, the first with what it has prevented itself. */
export function handle(event, anyway = false) {
  showHints(event);
  if ((event.defaultPrevented && !anyway) || event.isComposing) return;
  if (event.altKey && !event.ctrlKey && !event.metaKey && FOLDS[event.code]) {
    event.preventDefault();
    foldPanel(FOLDS[event.code]);
    return;
  }
  if (event.key === "Escape" && !openDialog() && !one(":popover-open")) {
    if (inField(event.target)) event.target.blur();
    else tell("clear");
    return;
  }
  if (document.documentElement.dataset.keys === "off" || inField(event.target)) return;
  if (openDialog() || one(":popover-open") || event.target.closest?.("[role=tablist], [role=menu]")) return;
  const plain = keyOf(event);
  if (!plain || plain === "Shift") return;
  clearTimeout(timer);
  const key = prefix + plain;
  prefix = "";
  if (key === "g") {
    prefix = "g ";
    timer = setTimeout(() => (prefix = ""), PAUSE);
    return;
  }
  // Lists: only what is selected; and a space scrolls, or presses the button that has the focus.
  if (key === "Backspace" && one("[data-list]") && !one("input[data-select]:checked")) return;
  if (key === " " && event.target.matches?.("button, input, summary, [role=button]")) return;
  if (press(key) || (FACTS[key] && click(FACTS[key]) !== false)) event.preventDefault();
}

// While Alt is held, each button shows its key.
function showHints(event) {
  clearTimeout(hints);
  if (event.key === "Alt" && document.documentElement.dataset.keys !== "off")
    hints = setTimeout(() => (document.documentElement.dataset.hints = ""), HOLD);
}
function hideHints() {
  clearTimeout(hints);
  delete document.documentElement.dataset.hints;
}
addEventListener("keyup", hideHints);
addEventListener("blur", hideHints);
