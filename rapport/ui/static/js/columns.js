/** The columns of a list: dragged into another order (the buttons up and down do the same), and found among many. */
import { all, on } from "./dom.js";

let dragged = null;

on("dragstart", "[data-columns] li[draggable]", (line, event) => {
  dragged = line;
  event.dataTransfer.effectAllowed = "move";
  line.classList.add("dragged");
});
on("dragover", "[data-columns] li[draggable]", (line, event) => {
  if (!dragged || dragged === line || dragged.parentElement !== line.parentElement) return;
  event.preventDefault();
  const box = line.getBoundingClientRect();
  line[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  dragged = null;
});
on("input", "[data-find-line]", (field) => {
  const wanted = field.value.trim().toLowerCase();
  for (const line of all("[data-line]", field.closest("form"))) {
    line.hidden = !line.dataset.line.toLowerCase().includes(wanted);
  }
});
on("keydown", "[data-find-line]", (field, event) => event.key === "Enter" && event.preventDefault());
