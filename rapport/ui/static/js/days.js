/** The calendar's whole days and its month: drag what stands there to another day; the same by keyboard. Its time stays.
 *  Loaded with the calendar. */
import { all, one } from "./dom.js";
import { PRESS, SLACK, calendar, sendMove, swallowClick, tell, words } from "./moves.js";

const MOVABLE = "[data-calendar] .cal-chip[data-movable]";
const ROW = 7;
let lifted = null; // { chip, from, at, home: {…} }: the places of its day and of the day it is over
let drag = null;

const days = () => all(".cal-cell, .cal-day", calendar());
const dayOf = (chip) => {
  const cell = chip.closest(".cal-cell");
  return cell ? days().indexOf(cell) : Number(chip.closest("[data-column]").dataset.column);
};
const away = (box, { clientX: x, clientY: y }) =>
  Math.max(box.left - x, 0, x - box.right) + Math.max(box.top - y, 0, y - box.bottom);

/** Which day a pointer is on, or nearest to. */
function dayAt(event) {
  const far = days().map((day) => away(day.getBoundingClientRect(), event));
  return far.indexOf(Math.min(...far));
}

function lift(chip, at = dayOf(chip)) {
  const holder = chip.closest("[data-column]") ?? chip;
  const { column, span } = holder.dataset;
  lifted = { chip, from: at, at, home: { parent: chip.parentElement, next: chip.nextSibling, column, span } };
  chip.classList.add("lifted");
}

/** Stands on the day it is over: in its cell, or in the row of whole days. */
function show() {
  const { chip, from, at, home } = lifted;
  const places = days();
  const cell = places[at].closest(".cal-cell");
  for (const each of places) each.classList.toggle("over", each === cell);
  if (cell) {
    if (at === from && home.parent.closest(".cal-cell") === cell) home.parent.insertBefore(chip, home.next);
    else one(".desk", cell).prepend(chip);
    if (home.span) chip.dataset.span = Math.min(home.span, ROW - (at % ROW));
    return;
  }
  const holder = chip.closest("[data-column]");
  const column = Math.min(Math.max(Number(home.column) + at - from, 0), places.length - 1);
  Object.assign(holder.dataset, { column, span: Math.min(home.span, places.length - column) });
}

function drop() {
  const was = lifted;
  lifted = null;
  was.chip.classList.remove("lifted");
  for (const each of days()) each.classList.remove("over");
  return was;
}

function putBack({ chip, home }) {
  chip.classList.remove("sent");
  home.parent.insertBefore(chip, home.next);
  const holder = home.column === undefined ? chip : chip.closest("[data-column]");
  for (const name of ["column", "span"]) if (home[name] !== undefined) holder.dataset[name] = home[name];
}

const shifted = (iso, by) => {
  const day = new Date(`${iso}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + by);
  return day.toISOString().slice(0, 10);
};

function send(was) {
  if (was.at === was.from) return putBack(was);
  const { dayOf: begins, time, minutes, whole } = was.chip.dataset;
  const day = shifted(begins, was.at - was.from);
  const last = shifted(day, Math.max(1, Math.round(minutes / 1440)) - 1);
  const values = whole === undefined ? { day, time, minutes } : { day, to_day: last, all_day: "1" };
  return sendMove(was.chip, values, () => putBack(was));
}

// ---------------------------------------------------------------- pointers
document.addEventListener("pointerdown", (event) => {
  const chip = !event.button && !lifted && event.target.closest?.(MOVABLE);
  if (!chip) return;
  drag = { chip, x: event.clientX, y: event.clientY, id: event.pointerId, touch: event.pointerType !== "mouse", started: false };
  if (drag.touch) drag.timer = setTimeout(() => start(event), PRESS);
});

function start(event) {
  if (!drag) return;
  drag.started = true;
  drag.touch && navigator.vibrate?.(8);
  lift(drag.chip, dayAt(event)); // of a bar over days the one that was taken hold of
}

document.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > SLACK;
  if (!drag.started && drag.touch) return void (far && end());
  if (!drag.started && far) start({ clientX: drag.x, clientY: drag.y });
  if (!drag.started) return;
  lifted.at = dayAt(event);
  show();
});

document.addEventListener("pointerup", (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  const { started } = drag;
  end();
  if (!started) return;
  swallowClick();
  send(drop());
});

function end() {
  clearTimeout(drag?.timer);
  drag = null;
}

document.addEventListener("pointercancel", () => {
  if (drag && lifted) putBack(drop());
  end();
});
document.addEventListener("touchmove", (event) => drag?.started && event.preventDefault(), { passive: false });
document.addEventListener("contextmenu", (event) => drag?.started && drag.touch && event.preventDefault());

// ---------------------------------------------------------------- the same by keyboard
document.addEventListener(
  "keydown",
  (event) => {
    if (lifted && !drag) return steer(event);
    const chip = event.target.closest?.(MOVABLE);
    if (!chip || event.key !== " " || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    lift(chip);
    tell(words("Lifted", { title: chip.dataset.title }));
  },
  true,
);

function steer(event) {
  const forward = getComputedStyle(calendar()).direction === "rtl" ? -1 : 1;
  const step = { ArrowLeft: -forward, ArrowRight: forward, ArrowUp: -ROW, ArrowDown: ROW }[event.key];
  if (!step && !["Enter", " ", "Escape", "Tab"].includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.key === "Escape" || event.key === "Tab") {
    const was = drop();
    putBack(was);
    was.chip.focus();
    return tell(words("Back", {}));
  }
  if (!step) return send(drop());
  const places = days();
  const at = lifted.at + step;
  if (at >= 0 && at < places.length) lifted.at = at;
  show();
  lifted.chip.focus();
  const { label } = places[lifted.at].dataset;
  const { time, whole } = lifted.chip.dataset;
  tell(whole === undefined ? words("At", { day: label, time }) : label);
}
