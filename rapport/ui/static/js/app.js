/** What htmx cannot do. All modules listen on the document, so that parts loaded later need no start. */
import { all, on, one } from "./dom.js";
import "./frame.js";
import "./panels.js";
import "./forms.js";
import "./feedback.js";
import "./keys.js";

// Modules that only some pages need come when something on the page asks for them.
const LATER = [
  ["[data-list]", () => import("./selection.js")],
  ["[data-combobox]", () => import("./combobox.js")],
  ["dl.facts", () => import("./facts.js")],
  ["form[data-upload]", () => import("./upload.js")],
  ["[data-mentions]", () => import("./mentions.js")],
  ["[data-editor]", () => import("./editor.js")],
];
const loadWanted = () => LATER.forEach(([selector, load]) => one(selector) && load());
for (const type of ["htmx:afterSettle", "rapport:reloaded"]) document.addEventListener(type, loadWanted);
loadWanted();

const openPalette = async () => (await import("./palette.js")).openPalette();
on("click", "[data-palette]", openPalette);
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
  }
});

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  all("[data-mod-k]").forEach((key) => (key.textContent = "⌘K"));
  all("[data-mod-enter]").forEach((key) => (key.textContent = "⌘↵"));
}
