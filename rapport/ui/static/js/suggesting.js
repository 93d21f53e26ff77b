/** A text field that searches on the server while one types; shared by the combobox and the palette. Both are ARIA
 *  comboboxes: focus stays in the field, arrows move through the lines, Enter takes one. */
import { all, fetchHtml } from "./dom.js";

export const PATIENCE = 150;
const running = new WeakMap();
export const lines = (list) => all("[role=option]", list);

/** Ask `url` for lines that fit the field's text and put them into `list`; false when another question overtook. */
export async function ask(url, input, list) {
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
export function setActive(input, list, active) {
  for (const line of lines(list)) {
    if (list.id === "palette-list") line.setAttribute("aria-selected", String(line === active));
    else line.toggleAttribute("data-active", line === active);
  }
  if (active) {
    input.setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

export const activeLine = (input) => document.getElementById(input.getAttribute("aria-activedescendant"));

export function move(input, list, step) {
  const choices = lines(list);
  const now = choices.indexOf(activeLine(input));
  setActive(input, list, choices.at(now < 0 ? Math.min(step, 0) : (now + step) % choices.length));
}

export const steps = { ArrowDown: 1, ArrowUp: -1 };
