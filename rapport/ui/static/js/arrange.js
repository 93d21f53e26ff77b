/** Lines dragged into another order, also into another list of the same form where lists are marked data-lines. The
    arrows beside them do the same. A form with data-arrange="now" is sent as soon as one is let go. */
import { all, on, one } from "./dom.js";

let held = null;

on("pointerdown", "[data-arrange] .grip", (grip, event) => {
  held = grip.closest("li");
  held.classList.add("held");
  grip.setPointerCapture(event.pointerId);
  event.preventDefault();
});

document.addEventListener("pointermove", (event) => {
  if (!held) return;
  const list = held.parentElement;
  const under = document.elementFromPoint(event.clientX, event.clientY);
  const other = under?.closest("[data-arrange] li");
  const isHome = (place) => place === list || (place?.matches("[data-lines]") && held.closest("form").contains(place));
  if (other === held) return;
  if (!other) {
    const group = under?.closest("fieldset");
    const lines = group && one("[data-lines]", group);
    if (lines && lines !== list && isHome(lines)) lines.append(held); // a group without a line, or behind its last
    return;
  }
  if (!isHome(other.parentElement)) return;
  const box = other.getBoundingClientRect();
  const before = event.clientY < box.top + box.height / 2;
  other[before ? "before" : "after"](held);
});

for (const type of ["pointerup", "pointercancel"]) {
  document.addEventListener(type, () => {
    if (!held) return;
    held.classList.remove("held");
    const form = held.closest("form");
    const isAcross = held.parentElement.matches("[data-lines]");
    const lines = isAcross ? all("[data-lines] > li", form) : [...held.parentElement.children];
    lines.forEach((line, place) => {
      const [up, down] = all("button", line);
      up.disabled = place === 0;
      down.disabled = place === lines.length - 1;
    });
    if (form.dataset.arrange === "now") form.requestSubmit();
    held = null;
  });
}
