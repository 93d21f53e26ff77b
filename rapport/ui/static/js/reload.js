/** The page again, or its living parts, after something was saved or undone; loaded when that has happened. */
import { all, one } from "./dom.js";

const FOCUSABLE = "a, button, input, select, textarea, [tabindex]";
const BY_SCRIPT = { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" }; // waiting toasts wait on
let asked = 0;

/** Where in a part the focus stands: the nearest thing with an id, and the how-manieth in it. Null: nowhere in it. */
function focusIn(part) {
  const at = document.activeElement;
  if (!part.contains(at)) return null;
  const holder = at.closest("[id]");
  return { id: holder.id, nth: all(FOCUSABLE, holder).indexOf(at) };
}

function focusAgain({ id, nth }, part) {
  const holder = document.getElementById(id);
  const found = holder && nth >= 0 ? all(FOCUSABLE, holder)[nth] : holder === part ? null : holder;
  (found ?? one("a, button, input", part))?.focus();
}

/** Load the present address again and put its parts marked `data-live` in place of those on the page. */
export async function refreshLive() {
  const mine = ++asked;
  const answer = await fetch(location.href, BY_SCRIPT).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== asked) return; // what was asked for later knows more
  for (const part of all("[data-live]")) {
    const now = fresh.getElementById(part.id);
    // What is being asked for something keeps its place: the answer would find it gone. So does what is being moved.
    const isBusy = part.matches("[aria-busy=true]") || one(".htmx-request, .lifted", part);
    if (!now || isBusy || part.isEqualNode(now)) continue;
    const held = focusIn(part);
    part.replaceWith(now);
    window.htmx?.process(now);
    if (held) focusAgain(held, now);
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
  const answer = await fetch(location.href, BY_SCRIPT).catch(() => null);
  if (!answer) return; // without a net, what is drawn stays
  if (!answer.ok) return location.reload();
  const main = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
  if (!main) return location.reload();
  one("#main").replaceWith(main);
  window.htmx?.process(main);
  if (top) one("#main .body")?.scrollTo({ top });
  document.dispatchEvent(new CustomEvent("rapport:reloaded"));
}
