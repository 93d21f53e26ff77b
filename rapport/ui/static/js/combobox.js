/** The combobox in forms. It posts the chosen id in its hidden field: "" when the text was changed by hand, "new" for
 *  “Create …”. Loaded where one is on the page. */
import { all, debounce, on, one } from "./dom.js";
import { PATIENCE, activeLine, ask, lines, move, setActive, steps } from "./suggesting.js";

const partsOf = (box) => [one("[role=combobox]", box), one("[role=listbox]", box), one("input[type=hidden]", box)];

// Fields whose lines are still those of earlier words; true where Enter was pressed meanwhile. Then it takes the best
// line for what is typed as soon as that has come, never one of those before.
const behind = new WeakMap();

function fold(box) {
  const [input, list] = partsOf(box);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
  behind.delete(input);
}

async function suggest(box) {
  const [input, list, hidden] = partsOf(box);
  const [words, before] = [input.value, hidden.value];
  const came = await ask(box.dataset.url, input, list);
  if (input.value !== words || hidden.value !== before) return; // typed or chosen meanwhile
  const enter = behind.get(input);
  behind.delete(input);
  if (!came || document.activeElement !== input) return;
  list.hidden = !list.childElementCount;
  input.setAttribute("aria-expanded", String(!list.hidden));
  setActive(input, list, words.trim() ? lines(list)[0] : null);
  if (enter && activeLine(input)) choose(box, activeLine(input));
}
// Somebody quick has chosen before the last letters were asked about: then nothing may open over what comes next.
const suggestSoon = debounce(PATIENCE, (box) => behind.has(partsOf(box)[0]) && suggest(box));

function choose(box, line) {
  const [input, , hidden] = partsOf(box);
  if (box.dataset.many) return tick(box, line);
  input.value = line.dataset.text;
  hidden.value = line.dataset.value;
  fold(box);
  hidden.dispatchEvent(new Event("input", { bubbles: true }));
  hidden.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Where links have a label of their own, its control stands beside the box. */
function labelled(chosen, label, field, { value, text }) {
  const pattern = one("template", chosen)?.content.cloneNode(true);
  if (!pattern) return label;
  const row = Object.assign(document.createElement("div"), { className: "row" });
  const control = one("input, select", pattern);
  control.name = `${field}_label_${value}`;
  control.setAttribute("aria-label", `${control.getAttribute("aria-label")}: ${text}`);
  row.append(label, pattern);
  return row;
}

/** In a field for several, what was chosen becomes one more ticked box. */
function tick(box, line) {
  const chosen = one("[data-chosen]", box.closest("fieldset"));
  const known = all("input", chosen).find((known) => known.name === box.dataset.many && known.value === line.dataset.value);
  const label = document.createElement("label");
  const tickbox = Object.assign(document.createElement("input"), { type: "checkbox", className: "check", value: line.dataset.value });
  const name = Object.assign(document.createElement("span"), { textContent: line.dataset.text });
  Object.assign(tickbox, { name: box.dataset.many, checked: true });
  label.className = "choice";
  label.append(tickbox, name);
  if (known) known.checked = true;
  else chosen.append(labelled(chosen, label, box.dataset.many, line.dataset));
  one("[role=combobox]", box).value = "";
  fold(box);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

on("input", "[data-combobox] [role=combobox]", (input) => {
  const box = input.closest("[data-combobox]");
  partsOf(box)[2].value = "";
  behind.set(input, false);
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
  } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && behind.has(input) && input.value.trim()) {
    event.preventDefault();
    behind.set(input, true);
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
