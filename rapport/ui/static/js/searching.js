/** Fields that search on the server while one types: the combobox in forms and the command palette (Ctrl+K).
 *  Both are ARIA comboboxes: focus stays in the field, arrows move through the lines, Enter takes one. */
import { all, debounce, fetchHtml, on, one, openDialog } from "./dom.js";

const PATIENCE = 150;
const running = new WeakMap();
const lines = (list) => all("[role=option]", list);

/** Ask `url` for lines that fit the field's text and put them into `list`; false when another question overtook. */
async function ask(url, input, list) {
  running.get(input)?.abort();
  const controller = new AbortController();
  running.set(input, controller);
  const address = new URL(url, location.href);
  address.searchParams.set("q", input.value.trim());
  address.searchParams.set("at", location.pathname);
  const html = await fetchHtml(address, controller.signal);
  if (html === null || controller.signal.aborted) return false;
  list.innerHTML = html;
  lines(list).forEach((line, index) => (line.id = `${list.id}-${index}`));
  return true;
}

/** Mark one line, or none. In the palette that is the selection; in a combobox only the place. */
function setActive(input, list, active) {
  for (const line of lines(list)) {
    if (list.id === "palette-list") line.setAttribute("aria-selected", String(line === active));
    else line.toggleAttribute("data-active", line === active);
  }
  if (active) {
    input.setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

const activeLine = (input) => document.getElementById(input.getAttribute("aria-activedescendant"));

function move(input, list, step) {
  const choices = lines(list);
  const now = choices.indexOf(activeLine(input));
  setActive(input, list, choices.at(now < 0 ? Math.min(step, 0) : (now + step) % choices.length));
}

const steps = { ArrowDown: 1, ArrowUp: -1 };

// Combobox: posts the chosen id in its hidden field ("" when the text was changed by hand, "new" for “Create …”).

const partsOf = (box) => [one("[role=combobox]", box), one("[role=listbox]", box), one("input[type=hidden]", box)];

function fold(box) {
  const [input, list] = partsOf(box);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

async function suggest(box) {
  const [input, list] = partsOf(box);
  if (!(await ask(box.dataset.url, input, list)) || document.activeElement !== input) return;
  list.hidden = !list.childElementCount;
  input.setAttribute("aria-expanded", String(!list.hidden));
  setActive(input, list, input.value.trim() ? lines(list)[0] : null);
}
const suggestSoon = debounce(PATIENCE, suggest);

function choose(box, line) {
  const [input, , hidden] = partsOf(box);
  input.value = line.dataset.text;
  hidden.value = line.dataset.value;
  fold(box);
  hidden.dispatchEvent(new Event("input", { bubbles: true }));
  hidden.dispatchEvent(new Event("change", { bubbles: true }));
}

on("input", "[data-combobox] [role=combobox]", (input) => {
  const box = input.closest("[data-combobox]");
  partsOf(box)[2].value = "";
  suggestSoon(box);
});
on("click", "[data-combobox] [role=combobox]", (input) => {
  const box = input.closest("[data-combobox]");
  if (partsOf(box)[1].hidden) suggest(box);
});
on("keydown", "[data-combobox] [role=combobox]", (input, event) => {
  const box = input.closest("[data-combobox]");
  const [, list] = partsOf(box);
  if (steps[event.key]) {
    event.preventDefault();
    if (list.hidden) suggest(box);
    else move(input, list, steps[event.key]);
  } else if (event.key === "Enter" && !list.hidden && !event.ctrlKey && !event.metaKey && activeLine(input)) {
    event.preventDefault();
    choose(box, activeLine(input));
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    event.stopPropagation();
    fold(box);
  }
}, true);
on("pointerdown", "[data-combobox] [role=option]", (line, event) => event.preventDefault()); // the field keeps the focus
on("click", "[data-combobox] [role=option]", (line) => choose(line.closest("[data-combobox]"), line));
on("focusout", "[data-combobox]", (box, event) => box.contains(event.relatedTarget) || fold(box));

// Palette: records, actions and places. What is found and what may be seen is the server's business.

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

function openPalette() {
  if (!palette() || openDialog()) return;
  opener = document.activeElement;
  palette().showModal();
  const [input] = partsOfPalette();
  input.value = "";
  find();
}

on("click", "[data-palette]", openPalette);
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
