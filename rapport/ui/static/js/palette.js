/** The command palette: records, actions and places. What is found and what may be seen is the server's business.
 *  Loaded when it is first opened. */
import { debounce, on, one, openDialog } from "./dom.js";
import { PATIENCE, activeLine, ask, lines, move, setActive, steps } from "./suggesting.js";

let opener;
const palette = () => one("#palette");
const partsOfPalette = () => [one("[role=combobox]", palette()), one("[role=listbox]", palette())];

async function find() {
  const [input, list] = partsOfPalette();
  if (!(await ask(palette().dataset.url, input, list))) return;
  window.htmx?.process(list);
  setActive(input, list, lines(list)[0]);
}
const findSoon = debounce(PATIENCE, find);

/** Open it, empty: the places and what can be created. */
export function openPalette() {
  if (!palette() || openDialog()) return;
  opener = document.activeElement;
  palette().showModal();
  const [input] = partsOfPalette();
  input.value = "";
  find();
}

on("input", "#palette [role=combobox]", findSoon);
on("keydown", "#palette", (dialog, event) => {
  const [input, list] = partsOfPalette();
  const line = activeLine(input);
  if (steps[event.key]) {
    event.preventDefault();
    move(input, list, steps[event.key]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (line && (event.ctrlKey || event.metaKey)) window.open(line.href, "_blank", "noopener");
    else line?.click();
  }
});
on("click", "#palette [role=option]", () => palette().close());
document.addEventListener("close", (event) => event.target === palette() && opener?.focus(), true);
