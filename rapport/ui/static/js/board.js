/** A board whose cards move between lanes: dragged with any pointer (on touch after a long press), by the menu of a
 *  card, or by keys: Space lifts, the arrows move, Space drops, Escape leaves it. The server is told at once; a card
 *  that may not move goes back to where it was.
 *
 *  `data-board` is where a move is posted, with “*” for the card, `data-name` what the lane is called there, and
 *  `data-values` (JSON) what else is said. Lanes that stand in rows, as days do, say in `data-row` how many there are
 *  in one: then arrows up and down lead there, too.
 *
 *  With `data-ordered` cards keep the place within their lane at which they are dropped: the server is told which card
 *  stands `above`. `data-anew` is where such a board comes from again after a move, and `data-stamp-url` what changes
 *  whenever somebody else has moved something (`data-stamp`: as it was drawn). */
import { all, on, one } from "./dom.js";

const ASK_EVERY = 1500; // milliseconds
const FAR = 6; // pixels before a press becomes a drag
const LONG = 180; // milliseconds of a press on touch
let drag = null;
let lifted = null;

const lanes = (part) => all("[data-lane]", part.closest("[data-board]"));
const laneOf = (card) => card.closest("[data-lane]");
const title = (lane) => lane.dataset.label ?? one("h2", lane).textContent;

function tell(card, text) {
  const place = one("[data-board-says]", card.closest("[data-board]"));
  if (place) place.textContent = text;
}

const saying = (card, name) => one("[data-board-says]", card.closest("[data-board]")).dataset[name] ?? "";

/** Changes how many a lane says it has, where it knows. */
function count(lane, by) {
  const shown = one("header [data-n]", lane);
  if (!shown) return;
  shown.dataset.n = Number(shown.dataset.n) + by;
  shown.textContent = Number(shown.dataset.n).toLocaleString(document.documentElement.lang);
}

function put(card, lane, before) {
  const from = laneOf(card);
  one("ul", lane).insertBefore(card, before === undefined ? one("ul", lane).firstElementChild : before);
  if (from === lane) return;
  count(from, -1);
  count(lane, 1);
}

/** Moves the card, tells the server, and takes it back if that says no. */
async function move(card, lane, home, before) {
  const from = home.lane;
  const isOrdered = card.closest("[data-board]").dataset.ordered !== undefined;
  if (from === lane && (!isOrdered || before === undefined || before === home.before)) return put(card, from, home.before);
  put(card, lane, before);
  card.setAttribute("aria-busy", "true");
  const { board, name, values } = card.closest("[data-board]").dataset;
  const url = board.replace("*", card.dataset.card);
  const said = { ...JSON.parse(values), was: from.dataset.lane, [name]: lane.dataset.lane };
  if (isOrdered && before !== undefined) said.above = card.previousElementSibling?.dataset.card ?? "";
  let refused = false;
  const watch = ({ detail: { requestConfig, xhr } }) => {
    if (requestConfig?.path !== url) return;
    const asks = xhr.getResponseHeader("HX-Retarget"); // for more, elsewhere on the page: nothing has moved yet
    if (!(xhr.status > 0 && xhr.status < 400) || asks) refused = true;
  };
  document.addEventListener("htmx:afterRequest", watch);
  await window.htmx
    .ajax("POST", url, { source: card, target: card, swap: "none", values: said })
    .catch(() => (refused = true));
  document.removeEventListener("htmx:afterRequest", watch);
  card.removeAttribute("aria-busy");
  if (refused) put(card, from, home.before);
}

/** Where in a lane a card is dropped: before which one, null behind the last; undefined where lanes have no order. */
function spot(card, lane, y) {
  if (card.closest("[data-board]").dataset.ordered === undefined) return undefined;
  const others = all("[data-card]", lane).filter((other) => other !== card);
  const below = others.find((other) => y < other.getBoundingClientRect().top + other.offsetHeight / 2);
  return below ?? one(".more", lane);
}

const homeOf = (card) => ({ lane: laneOf(card), before: card.nextElementSibling });

// Dragging
function start(event) {
  const { card } = drag;
  const box = card.getBoundingClientRect();
  drag.ghost = card.cloneNode(true);
  drag.ghost.removeAttribute("id");
  drag.ghost.classList.add("ghost");
  drag.ghost.style.inlineSize = `${box.width}px`;
  drag.shift = { x: event.clientX - box.left, y: event.clientY - box.top };
  document.body.append(drag.ghost);
  card.classList.add("lifted");
  card.closest("[data-board]").classList.add("moving");
  card.setPointerCapture?.(drag.pointer);
}

function follow(event) {
  drag.ghost.style.left = `${event.clientX - drag.shift.x}px`;
  drag.ghost.style.top = `${event.clientY - drag.shift.y}px`;
  const under = document.elementsFromPoint(event.clientX, event.clientY).find((part) => part.matches?.("[data-lane]"));
  for (const lane of lanes(drag.card)) lane.classList.toggle("over", lane === under);
  drag.over = under;
  all(".drop-above", drag.card.closest("[data-board]")).forEach((one) => one.classList.remove("drop-above"));
  if (under) drag.before = spot(drag.card, under, event.clientY);
  drag.before?.classList.add("drop-above");
}

function end(dropped) {
  if (!drag) return;
  clearTimeout(drag.timer);
  const { card, ghost, over, home, before } = drag;
  drag = null;
  if (!ghost) return;
  ghost.remove();
  settle(card);
  before?.classList.remove("drop-above");
  // The press that ends a drag is no click on the card; if none comes, the next one is not eaten.
  const eat = (event) => event.preventDefault();
  document.addEventListener("click", eat, { capture: true });
  setTimeout(() => document.removeEventListener("click", eat, { capture: true }), 50);
  if (dropped && over) move(card, over, home, before);
}

on("pointerdown", "[data-movable]", (card, event) => {
  if (event.button || event.target.closest("button, [popover], [data-panel]")) return;
  drag = { card, home: homeOf(card), pointer: event.pointerId, x: event.clientX, y: event.clientY };
  if (event.pointerType === "touch") drag.timer = setTimeout(() => drag && start(event), LONG);
});
document.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.pointer) return;
  if (drag.ghost) return follow(event);
  if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) return;
  if (event.pointerType === "touch") return end(false); // it scrolls
  start(event);
  follow(event);
});
document.addEventListener("pointerup", () => end(true));
document.addEventListener("pointercancel", () => end(false));
document.addEventListener("touchmove", (event) => drag?.ghost && event.preventDefault(), { passive: false });

// Keys
/** Nothing is being moved any more. */
function settle(card) {
  card.classList.remove("lifted");
  card.closest("[data-board]").classList.remove("moving");
  lanes(card).forEach((lane) => lane.classList.remove("over"));
}

/** Puts a card that was lifted by key back to where it was: left without being dropped, it was moved nowhere. */
function leave() {
  if (!lifted) return;
  const { card, home } = lifted;
  lifted = null; // before the card moves: taking it out of its place takes the focus, too
  put(card, home.lane, home.before);
  settle(card);
  tell(card, saying(card, "left"));
}

// Moving a card takes the focus off it for a moment; that is no leaving.
on("focusout", "[data-movable]", (card) =>
  setTimeout(() => lifted?.card === card && document.activeElement !== card && leave(), 0));

on("keydown", "[data-movable]", (card, event) => {
  if (event.target !== card) return;
  if (event.key === " ") {
    event.preventDefault();
    if (lifted?.card === card) {
      const { home } = lifted;
      lifted = null;
      settle(card);
      const lane = laneOf(card);
      put(card, home.lane, home.before);
      move(card, lane, home);
      card.focus();
    } else {
      leave();
      lifted = { card, home: homeOf(card) };
      card.classList.add("lifted");
      card.closest("[data-board]").classList.add("moving");
      tell(card, saying(card, "lifted"));
    }
  } else if (event.key === "Enter") one("a", card)?.click();
  else if (event.key === "s") one("[popovertarget], [data-panel]", card)?.click();
  else if (lifted?.card === card && event.key.startsWith("Arrow")) {
    event.preventDefault();
    const rtl = getComputedStyle(card).direction === "rtl";
    const row = Number(card.closest("[data-board]").dataset.row ?? 0);
    const step = { ArrowLeft: rtl ? 1 : -1, ArrowRight: rtl ? -1 : 1, ArrowUp: -row, ArrowDown: row }[event.key];
    const all = lanes(card);
    const next = step && all[all.indexOf(laneOf(card)) + step];
    if (!next) return;
    put(card, next);
    card.focus();
    all.forEach((lane) => lane.classList.toggle("over", lane === next));
    tell(card, saying(card, "over").replace("#", title(next)));
  } else if (lifted?.card === card && event.key === "Escape") {
    event.stopPropagation();
    leave();
    card.focus();
  }
});

// The menu of a card
on("submit", "[data-move]", (form, event) => {
  const card = form.closest("[data-card]") ?? document.getElementById(`card-${form.dataset.move}`);
  const lane = card && lanes(card).find((one) => one.dataset.lane === event.submitter?.value);
  if (!lane) return; // a lane that does not stand on the board: sent as forms are
  event.preventDefault();
  form.closest("[popover]").hidePopover();
  move(card, lane, homeOf(card));
});

// What others move
let isAsking = false;

/** The board anew, at the place to which it was scrolled; not while a card is being moved. */
async function refresh() {
  const board = one("[data-anew]");
  if (!board || isAsking || drag || lifted) return;
  isAsking = true;
  const [across, down] = [board.scrollLeft, new Map(lanes(board).map((lane) => [lane.dataset.lane, one("ul", lane).scrollTop]))];
  const held = document.activeElement?.closest("[data-card]")?.id;
  await window.htmx
    .ajax("GET", board.dataset.anew, { source: board, target: board.parentElement, swap: "outerHTML" })
    .catch(() => {});
  isAsking = false;
  const fresh = one("[data-anew]");
  if (!fresh) return;
  fresh.scrollLeft = across;
  for (const lane of lanes(fresh)) one("ul", lane).scrollTop = down.get(lane.dataset.lane) ?? 0;
  if (held && document.activeElement === document.body) document.getElementById(held)?.focus();
}
document.addEventListener("card:moved", () => setTimeout(refresh));

setInterval(async () => {
  const board = one("[data-stamp-url]");
  if (!board || document.hidden || drag || lifted || isAsking) return;
  const answer = await fetch(board.dataset.stampUrl, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (answer?.ok && !answer.redirected && (await answer.text()) !== board.dataset.stamp) refresh();
}, ASK_EVERY);
