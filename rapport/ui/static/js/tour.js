/** The tour: its card beside what it speaks of, the focus in it, Esc ends it. On phones it stays at the foot. */
import { all, one, openDialog, shown } from "./dom.js";

const GAP = 12;
const card = one("[data-tour]");
let marked = null;

const target = () => card.dataset.tour.split("\n").flatMap((selector) => all(selector)).find(shown) ?? null;

function place() {
  card.style.cssText = "";
  if (!marked?.isConnected || innerWidth < 720) return;
  const [here, size] = [marked.getBoundingClientRect(), card.getBoundingClientRect()];
  const below = here.bottom + GAP + size.height < innerHeight;
  const above = here.top - GAP - size.height > 0;
  let left = here.left;
  let top = below ? here.bottom + GAP : here.top - GAP - size.height;
  if (!below && !above) {
    // Tall things have the card at their side; where there is no room either, it lies on their corner.
    left = here.right + GAP + size.width < innerWidth ? here.right + GAP : here.left - GAP - size.width;
    if (left < GAP) left = here.right - size.width - GAP;
    top = Math.max(here.top, GAP) + GAP;
  }
  const within = (at, room) => Math.max(GAP, Math.min(at, room - GAP));
  Object.assign(card.style, {
    insetBlockStart: `${within(top, innerHeight - size.height)}px`,
    insetBlockEnd: "auto",
    left: `${within(left, innerWidth - size.width)}px`,
    right: "auto",
  });
}

function mark() {
  const found = target();
  if (found === marked) return place();
  marked?.classList.remove("tour-here");
  marked = found;
  marked?.classList.add("tour-here");
  marked?.scrollIntoView({ block: innerWidth < 720 ? "start" : "nearest" });
  place();
}

async function end() {
  marked?.classList.remove("tour-here");
  card.remove();
  const address = new URL(location.href);
  address.searchParams.delete("tour");
  history.replaceState(history.state, "", address);
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  one("#main")?.focus();
  const headers = { ...token, "HX-Request": "true" };
  await fetch(card.dataset.end, { method: "POST", headers, credentials: "same-origin" }).catch(() => {});
  if (!one("#home-first-steps")) return;
  await (await import("./reload.js")).reloadMain(); // one of the steps is done now
  one("#main")?.focus();
}

if (card && !card.dataset.ready) {
  card.dataset.ready = "";
  mark();
  (one(".primary", card) ?? card).focus({ preventScroll: true });
  addEventListener("resize", place);
  document.addEventListener("scroll", place, { capture: true, passive: true });
  document.addEventListener("htmx:afterSettle", () => card.isConnected && mark());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !card.isConnected || openDialog()) return;
    event.preventDefault();
    end();
  });
  card.querySelectorAll("form").forEach((form) =>
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      end();
    }),
  );
}
