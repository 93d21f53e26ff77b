/** Small helpers that every module shares. */

export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Call `handler(element, event)` when `type` happens inside an element that matches `selector`. */
export function on(type, selector, handler, options) {
  document.addEventListener(
    type,
    (event) => {
      const found = event.target instanceof Element && event.target.closest(selector);
      if (found) handler(found, event);
    },
    options,
  );
}

/** A sentence in the reader's language, kept on <body data-say-…>. */
export const say = (name) => document.body.dataset[`say${name[0].toUpperCase()}${name.slice(1)}`] ?? "";

/** The front-most open dialog, or undefined. */
export const openDialog = () => all("dialog[open]:not(.inline)").at(-1);

/** Is the element drawn? */
export const shown = (element) => element.getClientRects().length > 0;

/** Wait `milliseconds` after the last call before calling. */
export function debounce(milliseconds, call) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...args), milliseconds);
  };
}

/** GET a piece of HTML; null when it did not come. */
export async function fetchHtml(url, signal) {
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal, credentials: "same-origin" });
    return answer.ok && !answer.redirected ? await answer.text() : null;
  } catch {
    return null;
  }
}
