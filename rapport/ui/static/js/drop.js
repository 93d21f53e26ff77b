/** Files may be dropped on a field for files. Only the pages that have one load this. */
import { on, one } from "./dom.js";

for (const type of ["dragover", "dragleave", "drop"]) {
  on(type, ".drop", (zone, event) => {
    event.preventDefault();
    zone.classList.toggle("over", type === "dragover");
    const input = one("input[type=file]", zone);
    if (type === "drop" && input && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}
