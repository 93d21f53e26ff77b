/** The calendar: drag to move, to change the length and to plan; the same by keyboard; the line of now. Times are what
 *  the clocks on the wall show: what they mean is the server's business. Loaded where a calendar is on the page. */
import "./days.js";
import { all, one } from "./dom.js";
import { PRESS, SLACK, calendar, sendMove, swallowClick, tell, words } from "./moves.js";

const GRID = 15; // minutes
const DAY = 24 * 60;
let top = null; // where the hours were scrolled to, px

const days = () => all(".cal-day", calendar());
const pad = (number) => String(number).padStart(2, "0");
const clock = (minutes) => `${pad(Math.floor((minutes % DAY) / 60))}:${pad(minutes % 60)}`;
const minutesOf = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
const snap = (minutes) => Math.round(minutes / GRID) * GRID;
const clamp = (number, least, most) => Math.min(Math.max(number, least), most);

/** Put an element at a time: the styles know the hours and minutes of the grid. */
function put(element, start, minutes) {
  const long = clamp(minutes, 20, DAY - start);
  Object.assign(element.dataset, {
    atHour: Math.floor(start / 60),
    atMin: Math.floor((start % 60) / 5) * 5,
    forHour: Math.floor(long / 60),
    forMin: Math.floor((long % 60) / 5) * 5,
  });
}

/** Where a pointer is: the column and the minute of its day. */
function place(event, columns = days()) {
  const column = columns.reduce((best, each) => (distance(each, event) < distance(best, event) ? each : best));
  const box = column.getBoundingClientRect();
  return { column, minute: ((event.clientY - box.top) / box.height) * DAY };
}
function distance(column, event) {
  const box = column.getBoundingClientRect();
  return Math.max(box.left - event.clientX, 0, event.clientX - box.right);
}

// ---------------------------------------------------------------- moving what is there
let lifted = null; // { block, home: {…}, column, start, minutes }

function lift(block) {
  const { dayOf, time, minutes } = block.dataset;
  const { atHour, atMin, forHour, forMin, lane, lanes, wide = 1 } = block.dataset;
  const column = block.closest(".cal-day");
  lifted = {
    block, column, day: dayOf, start: minutesOf(time), minutes: Number(minutes),
    home: { parent: block.parentElement, next: block.nextSibling, data: { atHour, atMin, forHour, forMin, lane, lanes, wide } },
  };
  Object.assign(block.dataset, { lane: 0, lanes: 1, wide: 1 });
  block.classList.add("lifted");
}

function show() {
  const { block, column, start, minutes } = lifted;
  const list = one("ul", column);
  if (block.parentElement !== list) list.append(block);
  put(block, start, minutes);
  const small = one("a > span", block);
  if (small) small.textContent = `${clock(start)}–${clock(start + minutes)}`;
}

function drop() {
  lifted.block.classList.remove("lifted");
  const was = lifted;
  lifted = null;
  return was;
}

function putBack(was) {
  was.block.classList.remove("lifted", "sent");
  Object.assign(was.block.dataset, was.home.data);
  was.home.parent.insertBefore(was.block, was.home.next);
}

const changed = ({ block, column, start, minutes }) =>
  column.dataset.day !== block.dataset.dayOf || clock(start) !== block.dataset.time || minutes !== Number(block.dataset.minutes);

function send(was) {
  if (!changed(was)) return putBack(was);
  const values = { day: was.column.dataset.day, time: clock(was.start), minutes: was.minutes };
  return sendMove(was.block, values, () => putBack(was));
}

// ---------------------------------------------------------------- pointers
let drag = null;

document.addEventListener("pointerdown", (event) => {
  if (event.button || lifted || !(event.target instanceof Element) || !event.target.closest("[data-calendar]")) return;
  const block = event.target.closest(".cal-block[data-movable]");
  const column = event.target.closest(".cal-day");
  if (!block && (!column || event.target.closest("a") || calendar().dataset.plan === undefined)) return;
  drag = {
    block, column, resize: Boolean(event.target.closest("[data-grip]")), x: event.clientX, y: event.clientY,
    at: place(event), columns: days(), id: event.pointerId, touch: event.pointerType !== "mouse", started: false,
  };
  if (drag.touch) drag.timer = setTimeout(() => start(event), PRESS);
});

function start(event) {
  if (!drag) return;
  drag.started = true;
  drag.touch && navigator.vibrate?.(8);
  if (drag.block) {
    lift(drag.block);
    drag.offset = drag.at.minute - lifted.start;
  } else {
    drag.ghost = Object.assign(document.createElement("div"), { className: "cal-ghost" });
    drag.column.append(drag.ghost);
  }
  follow(event);
}

function follow(event) {
  const at = place(event, drag.block ? drag.columns : [drag.column]);
  if (drag.block && drag.resize) {
    lifted.minutes = clamp(snap(at.minute) - lifted.start, GRID, DAY - lifted.start);
    return show();
  }
  if (drag.block) {
    lifted.column = at.column;
    lifted.start = clamp(snap(at.minute - drag.offset), 0, DAY - GRID);
    return show();
  }
  const [from, to] = [drag.at.minute, at.minute].sort((a, b) => a - b);
  drag.start = clamp(Math.floor(from / GRID) * GRID, 0, DAY - GRID);
  drag.minutes = clamp(Math.ceil((to - drag.start) / GRID) * GRID, 2 * GRID, DAY - drag.start);
  put(drag.ghost, drag.start, drag.minutes);
  drag.ghost.textContent = `${clock(drag.start)}–${clock(drag.start + drag.minutes)} ${calendar().dataset.sayNew}`;
}

document.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > SLACK;
  if (!drag.started && drag.touch) return void (far && end()); // a finger that moves at once scrolls
  if (!drag.started && far) start(event);
  if (drag?.started) follow(event);
});

document.addEventListener("pointerup", (event) => {
  if (!drag || event.pointerId !== drag.id) return;
  const was = drag;
  const isTap = !was.started && !was.block && !was.touch;
  if (isTap) start(event); // a click on empty space plans half an hour
  const { ghost, start: from, minutes } = was;
  end();
  if (lifted) send(drop());
  else if (ghost) plan(was.column.dataset.day, from, minutes, ghost);
  if (was.started || isTap) swallowClick();
});

function end() {
  clearTimeout(drag?.timer);
  drag = null;
}

document.addEventListener("pointercancel", () => {
  if (lifted) putBack(drop());
  drag?.ghost?.remove();
  end();
});
document.addEventListener("touchmove", (event) => drag?.started && event.preventDefault(), { passive: false });
document.addEventListener("contextmenu", (event) => drag?.started && drag.touch && event.preventDefault());
document.addEventListener("dragstart", (event) => event.target.closest?.("[data-calendar]") && event.preventDefault());

/** The form of a new meeting, with its time filled in. */
async function plan(day, from, minutes, ghost) {
  const { plan: url, back } = calendar().dataset;
  const query = new URLSearchParams({ day, time: clock(from), minutes, back });
  const opener = one(".head .primary") ?? calendar();
  await window.htmx.ajax("GET", `${url}?${query}`, { source: opener, target: one("#drawer"), swap: "innerHTML" }).catch(() => {});
  const drawer = one("#drawer");
  if (drawer?.open) drawer.addEventListener("close", () => ghost.remove(), { once: true });
  else ghost.remove();
}

// ---------------------------------------------------------------- the same by keyboard
const STEPS = { ArrowUp: [0, -GRID], ArrowDown: [0, GRID], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

document.addEventListener(
  "keydown",
  (event) => {
    const block = event.target instanceof Element && event.target.closest("[data-calendar] .cal-block[data-movable]");
    if (lifted && !drag) return steer(event);
    if (!block || event.key !== " " || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    lift(block);
    show();
    one("a", block).focus();
    tell(words("Lifted", { title: block.dataset.title }));
  },
  true,
);

function steer(event) {
  const step = STEPS[event.key];
  if (!step && !["Enter", " ", "Escape", "Tab"].includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.key === "Escape" || event.key === "Tab") {
    const was = drop();
    putBack(was);
    one("a", was.block).focus();
    return tell(words("Back", {}));
  }
  if (!step) return send(drop());
  const columns = days();
  const sideways = getComputedStyle(calendar()).direction === "rtl" ? -step[0] : step[0];
  lifted.column = columns[clamp(columns.indexOf(lifted.column) + sideways, 0, columns.length - 1)];
  if (event.shiftKey && step[1]) lifted.minutes = clamp(lifted.minutes + step[1], GRID, DAY - lifted.start);
  else lifted.start = clamp(lifted.start + step[1], 0, DAY - GRID);
  show();
  one("a", lifted.block).focus();
  const at = words("At", { day: lifted.column.dataset.label, time: clock(lifted.start) });
  tell(event.shiftKey ? `${at}, ${words("Long", { time: clock(lifted.start + lifted.minutes) })}` : at);
}

// Arrows beside the letters: to the days before and after, where nothing else wants them.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (document.documentElement.dataset.keys === "off" || !calendar() || one("dialog[open], :popover-open")) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], [role=tablist], [role=menu]")) return;
  const rtl = getComputedStyle(calendar()).direction === "rtl";
  const key = { ArrowLeft: rtl ? "j" : "k", ArrowRight: rtl ? "k" : "j" }[event.key];
  const link = key && one(`[data-key="${key}"]`, calendar());
  if (!link) return;
  event.preventDefault();
  link.click();
});

// ---------------------------------------------------------------- now, and where the hours are scrolled to
function tick() {
  const line = calendar() && one("[data-now]", calendar());
  if (!line) return;
  const zone = one(".cal-zone", calendar()).title;
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(new Date());
  line.dataset.atHour = Number(parts.slice(0, 2)) % 24;
  line.dataset.atMin = Math.floor(Number(parts.slice(3, 5)) / 5) * 5;
}

function remember(event) {
  if (event.target.matches?.("[data-hours]")) top = event.target.scrollTop;
}

/** Where nobody chose a view, a phone shows the agenda instead of the week: the tabs say so. */
function nameView() {
  const week = calendar() && one("[data-auto]", calendar());
  const agenda = week && one(".cal-agenda", calendar());
  if (!agenda || !agenda.getClientRects().length) return;
  week.removeAttribute("aria-current");
  week.parentElement.lastElementChild.setAttribute("aria-current", "page");
}

/** The tab of the view is seen, also where not all have room. */
function showTab() {
  const tab = calendar() && one(".cal-bar .tabs [aria-current]", calendar());
  if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 24;
}

function begin() {
  nameView();
  showTab();
  const hours = calendar() && one("[data-hours]", calendar());
  if (!hours || hours.dataset.begun !== undefined) return;
  hours.dataset.begun = "";
  const hour = one(".cal-hours span", hours)?.getBoundingClientRect().height ?? 48;
  hours.scrollTop = top ?? (hour * hours.dataset.begin) / 60;
  tick();
}

document.addEventListener("scroll", remember, true);
for (const type of ["htmx:afterSettle", "rapport:reloaded"]) document.addEventListener(type, begin);
setInterval(tick, 60_000);
begin();
