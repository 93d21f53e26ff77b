/** What all ways of moving a meeting in the calendar share: asking which of a series is meant, and sending it. */
import { one } from "./dom.js";

export const PRESS = 350; // ms a finger rests before it lifts
export const SLACK = 5; // px a pointer may wander before it drags

export const calendar = () => one("[data-calendar]");
export const tell = (text) => (one("[data-calendar-live]").textContent = text);
export const words = (name, values) =>
  Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), calendar().dataset[`say${name}`] ?? "");

/** Send a move of what lies at an element; the server answers with the calendar as it is now, whatever came of it.
 *  `putBack` is called where nothing was moved and the element still stands somewhere else. */
export async function sendMove(element, values, putBack) {
  const scope = element.dataset.on ? await askScope() : "all";
  if (!scope) return putBack();
  element.classList.add("sent");
  const { id, on: day, version, keyOf } = element.dataset;
  const whole = { dragged: "1", version, on: day, scope, back: calendar().dataset.back, ...values };
  const url = `/meetings/${id}/move`;
  let failed = false;
  const fail = (event) => (failed ||= !event?.detail || event.detail.requestConfig?.path === url); // not another's
  for (const name of ["htmx:responseError", "htmx:sendError"]) document.addEventListener(name, fail);
  const request = { source: calendar(), target: calendar(), swap: "outerHTML", values: whole };
  await window.htmx.ajax("POST", url, request).catch(fail);
  for (const name of ["htmx:responseError", "htmx:sendError"]) document.removeEventListener(name, fail);
  if (failed && element.isConnected) putBack();
  const key = CSS.escape(keyOf);
  one(`a[data-key-of="${key}"], [data-key-of="${key}"] a`)?.focus({ preventScroll: true });
}

/** Of a series: which meetings are meant. Null: none. */
function askScope() {
  const dialog = one("#cal-scope");
  return new Promise((resolve) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue || null), { once: true });
    dialog.showModal();
  });
}

/** After a drag the click that follows it means nothing. */
export function swallowClick() {
  addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", stop, true));
}

function stop(event) {
  if (!event.target.closest?.("[data-calendar]")) return;
  event.preventDefault();
  event.stopPropagation();
}
