/** A list is found again as it was left: how far it was scrolled, and the row that had the focus. Kept with the entry of
 *  the browser's history, as numbers; nothing of what the list shows. */
import { debounce, on, one, shown } from "./dom.js";

const NAME = "rapport";

function keep() {
  const body = one("[data-list] .body");
  if (!body) return;
  const row = document.activeElement?.closest("[data-row], [data-press]");
  const now = history.state?.[NAME]?.row;
  const id = row ? Number(row.dataset.row ?? row.dataset.press) : now;
  history.replaceState({ ...history.state, [NAME]: { top: Math.round(body.scrollTop), left: Math.round(body.scrollLeft), row: id } }, "");
}
const keepSoon = debounce(150, keep);

function restore() {
  const kept = history.state?.[NAME];
  const body = one("[data-list] .body");
  if (!kept || !body) return;
  body.scrollTo({ top: kept.top, left: kept.left, behavior: "instant" });
  if (!kept.row || (document.activeElement && document.activeElement !== document.body)) return;
  const places = [one(`[data-row="${Number(kept.row)}"] a[data-open]`), one(`[data-press="${Number(kept.row)}"] a`)];
  places.find((place) => place && shown(place))?.focus({ preventScroll: true });
}

document.addEventListener("scroll", (event) => event.target.matches?.("[data-list] .body") && keepSoon(), true);
on("focusin", "[data-row], [data-press]", keepSoon);
on("click", "[data-row] a, [data-press] a", keep, true);
addEventListener("pageshow", (event) => event.persisted && restore());
restore();
