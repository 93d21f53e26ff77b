/** Rows that are selected: marked, counted in the bulk bar, ranges with Shift, all that match on request. */
import { all, on, one } from "./dom.js";

let anchor = null;
const listOf = (element) => element.closest("[data-list]") ?? document;
const boxes = (list) => all("input[data-select]", list);

function refresh(list) {
  const rows = boxes(list);
  const chosen = rows.filter((box) => box.checked);
  rows.forEach((box) => {
    const row = box.closest("tr, li");
    if (box.checked) row?.setAttribute("aria-selected", "true");
    else row?.removeAttribute("aria-selected");
    one(`[data-press="${box.value}"]`, list)?.toggleAttribute("data-chosen", box.checked);
  });
  const head = one("[data-select-all]", list);
  if (head) {
    head.checked = rows.length > 0 && chosen.length === rows.length;
    head.indeterminate = chosen.length > 0 && chosen.length < rows.length;
  }
  const bar = one("[data-bulk]", list);
  if (!bar) return;
  bar.hidden = !chosen.length;
  setMatching(bar, false);
  count(bar, chosen.length);
  const matching = one("[data-select-matching]", bar);
  if (matching) matching.hidden = chosen.length !== rows.length;
}

function count(bar, number) {
  const words = one("[data-selected-count]", bar);
  words.textContent = words.dataset.text.replace("{n}", number);
}

function setMatching(bar, matching) {
  const input = one("[data-all-input]", bar);
  if (input) input.value = matching ? "1" : "";
}

/** Select or clear the row of `box`; with `range` everything from the last one to it. */
function toggle(box, { checked = !box.checked, range = false } = {}) {
  const list = listOf(box);
  const rows = boxes(list);
  if (range && anchor && rows.includes(anchor)) {
    const [from, to] = [rows.indexOf(anchor), rows.indexOf(box)].sort((a, b) => a - b);
    rows.slice(from, to + 1).forEach((row) => (row.checked = true));
  } else box.checked = checked;
  anchor = box;
  refresh(list);
}

/** Clear the selection; true when there was one. */
function clear(list = document) {
  const chosen = boxes(list).filter((box) => box.checked);
  chosen.forEach((box) => (box.checked = false));
  if (chosen.length) refresh(list === document ? listOf(chosen[0]) : list);
  return chosen.length > 0;
}

document.addEventListener("rapport:select", ({ detail: { box, ...how } }) => box && toggle(box, how));
document.addEventListener("rapport:clear", () => clear());
on("click", "input[data-select]", (box, event) => toggle(box, { checked: box.checked, range: event.shiftKey }));
on("change", "input[data-select-all]", (head) => {
  const list = listOf(head);
  boxes(list).forEach((box) => (box.checked = head.checked));
  refresh(list);
});
on("click", "[data-clear]", (button) => clear(listOf(button)));
on("click", "[data-select-matching]", (button) => {
  const bar = button.closest("[data-bulk]");
  setMatching(bar, true);
  count(bar, one("#count-bulk", button)?.textContent ?? "");
  button.hidden = true;
});
// On phones a long press on a line selects the row of the same record; then taps do, too.
const HOLD = 450;
let hold;
let held = false;
const rowOf = (line) => one(`input[data-select][value="${line.dataset.press}"]`, listOf(line));

on("pointerdown", "[data-press]", (line, event) => {
  held = false;
  if (event.pointerType === "mouse") return;
  hold = setTimeout(() => {
    held = true;
    toggle(rowOf(line));
  }, HOLD);
});
for (const type of ["pointerup", "pointercancel", "pointermove"]) {
  document.addEventListener(type, (event) => {
    if (type !== "pointermove" || Math.hypot(event.movementX, event.movementY) > 6) clearTimeout(hold);
  });
}
on("contextmenu", "[data-press]", (line, event) => held && event.preventDefault());
on("click", "[data-press]", (line, event) => {
  const choosing = one("[data-chosen]", listOf(line));
  if (!held && !choosing) return;
  event.preventDefault();
  if (!held) toggle(rowOf(line));
  held = false;
}, true);

document.addEventListener("htmx:afterSettle", () => all("[data-list]").forEach(refresh));
document.addEventListener("rapport:reloaded", () => all("[data-list]").forEach(refresh));
all("[data-list]").forEach(refresh);
