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

/** Load the present address again and put its parts marked `data-live` in place of those on the page. */
export async function refreshLive() {
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of all("[data-live]")) {
    const now = fresh.getElementById(part.id);
    if (!now || part.isEqualNode(now)) continue;
    const held = part.contains(document.activeElement);
    part.replaceWith(now);
    window.htmx?.process(now);
    if (held) one("a, button, input", now)?.focus();
  }
  const [heading, name] = [one("#main h1"), one("#main h1", fresh)];
  if (heading && name && heading.textContent !== name.textContent) {
    heading.replaceWith(name);
    document.title = fresh.title;
  }
  document.dispatchEvent(new CustomEvent("rapport:reloaded"));
}

/** Load the present address again and put its main part in place; the list keeps its place on the screen. */
export async function reloadMain() {
  const top = one("#main .body")?.scrollTop;
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer) return; // without a net, what is drawn stays
  if (!answer.ok) return location.reload();
  const main = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
  if (!main) return location.reload();
  one("#main").replaceWith(main);
  window.htmx?.process(main);
  if (top) one("#main .body")?.scrollTo({ top });
  document.dispatchEvent(new CustomEvent("rapport:reloaded"));
}
