/** The combobox in forms. It posts the chosen id in its hidden field: "" when the text was changed by hand, "new" for
 *  “Create …”. Loaded where one is on the page. */
import { all, debounce, on, one } from "./dom.js";
import { PATIENCE, activeLine, ask, lines, move, setActive, steps } from "./suggesting.js";

const partsOf = (box) => [one("[role=combobox]", box), one("[role=listbox]", box), one("input[type=hidden]", box)];

function fold(box) {
  const [input, list] = partsOf(box);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

async function suggest(box) {
  const [input, list, hidden] = partsOf(box);
  const before = hidden.value;
  if (!(await ask(box.dataset.url, input, list)) || document.activeElement !== input) return;
  if (hidden.value !== before) return; // chosen meanwhile
  list.hidden = !list.childElementCount;
  input.setAttribute("aria-expanded", String(!list.hidden));
  setActive(input, list, input.value.trim() ? lines(list)[0] : null);
}
// Somebody quick has chosen before the last letters were asked about: then nothing may open over what comes next.
const suggestSoon = debounce(PATIENCE, (box) => partsOf(box)[2].value || suggest(box));

function choose(box, line) {
  const [input, , hidden] = partsOf(box);
  if (box.dataset.many) return tick(box, line);
  input.value = line.dataset.text;
  hidden.value = line.dataset.value;
  fold(box);
  hidden.dispatchEvent(new Event("input", { bubbles: true }));
  hidden.dispatchEvent(new Event("change", { bubbles: true }));
}

/** In a field for several, what was chosen becomes one more ticked box. */
function tick(box, line) {
  const chosen = one("[data-chosen]", box.closest("fieldset"));
  const known = all("input", chosen).find((known) => known.value === line.dataset.value);
  const label = document.createElement("label");
  const tickbox = Object.assign(document.createElement("input"), { type: "checkbox", className: "check", value: line.dataset.value });
  const name = Object.assign(document.createElement("span"), { textContent: line.dataset.text });
  Object.assign(tickbox, { name: box.dataset.many, checked: true });
  label.className = "choice";
  label.append(tickbox, name);
  if (known) known.checked = true;
  else chosen.append(label);
  one("[role=combobox]", box).value = "";
  fold(box);
  box.dispatchEvent(new Event("input", { bubbles: true }));
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

// Somebody may have typed before this module was here.
const waiting = document.activeElement?.closest("[data-combobox]");
if (waiting && one("[role=combobox]", waiting).value) suggest(waiting);
