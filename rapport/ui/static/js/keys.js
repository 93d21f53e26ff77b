/** Single keys. An element says which key presses it: `data-key="c"`, `data-key="g p"`. Never inside fields; switched
 *  off with <html data-keys="off">. */
import { all, one, openDialog, shown } from "./dom.js";
import { undoLast } from "./feedback.js";

const PAUSE = 1200;
let prefix = "";
let timer;

const inField = (target) =>
  target instanceof Element && target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]");

/** Press or focus the first visible element that asks for this key. */
function press(key) {
  const keyed = all(`[data-key="${CSS.escape(key)}"]`);
  const found = keyed.find(shown) ?? keyed.find((element) => element.closest("[popover]") || key.startsWith("g "));
  if (!found || found.disabled) return false;
  if (found.matches("input, textarea, select")) {
    found.focus();
    found.select?.();
  } else found.click();
  return true;
}

function moveRow(step) {
  const rows = all("[data-row]").filter(shown);
  if (!rows.length) return;
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.max(0, Math.min(rows.length - 1, now < 0 ? 0 : now + step))];
  (one("a[data-open]", next) ?? one("a", next))?.focus();
}

const boxHere = () => {
  const row = document.activeElement?.closest("[data-row]");
  return row && one("input[data-select]", row);
};

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`rapport:${name}`, { detail }));

const ACTIONS = {
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: () => tell("select", { box: boxHere() }),
  X: () => tell("select", { box: boxHere(), range: true }),
  z: undoLast,
  "?": () => one("#keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && !openDialog() && !one(":popover-open")) {
    if (inField(event.target)) event.target.blur();
    else tell("clear");
    return;
  }
  if (document.documentElement.dataset.keys === "off" || inField(event.target)) return;
  if (openDialog() || one(":popover-open") || event.target.closest?.("[role=tablist], [role=menu]")) return;
  clearTimeout(timer);
  const key = prefix + event.key;
  prefix = "";
  if (key === "g") {
    prefix = "g ";
    timer = setTimeout(() => (prefix = ""), PAUSE);
    return;
  }
  if (key === "Backspace" && !one("input[data-select]:checked")) return;
  if (ACTIONS[key]) ACTIONS[key]();
  else if (!press(key)) return;
  event.preventDefault();
});
