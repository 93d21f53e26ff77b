/** Lines dragged into another order, within their group. The arrows beside them do the same.
    A form with data-arrange="now" is sent as soon as one is let go. */
import { all, on } from "./dom.js";

let held = null;

on("pointerdown", "[data-arrange] .grip", (grip, event) => {
  held = grip.closest("li");
  held.classList.add("held");
  grip.setPointerCapture(event.pointerId);
  event.preventDefault();
});

document.addEventListener("pointermove", (event) => {
  if (!held) return;
  const other = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-arrange] li");
  if (!other || other === held || other.parentElement !== held.parentElement) return;
  const box = other.getBoundingClientRect();
  const before = event.clientY < box.top + box.height / 2;
  other[before ? "before" : "after"](held);
});

for (const type of ["pointerup", "pointercancel"]) {
  document.addEventListener(type, () => {
    if (!held) return;
    held.classList.remove("held");
    const lines = [...held.parentElement.children];
    lines.forEach((line, place) => {
      const [up, down] = all("button", line);
      up.disabled = place === 0;
      down.disabled = place === lines.length - 1;
    });
    held.closest("form[data-arrange=now]")?.requestSubmit();
    held = null;
  });
}
