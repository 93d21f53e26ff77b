/** “@” in a text: the users it may mean, while one types. The field keeps the focus; arrows choose, Enter or Tab takes,
 *  Esc closes. In textareas and in fields for formatted text. */
import { debounce, fetchHtml, on, one } from "./dom.js";
import { PATIENCE, activeLine, lines, move, setActive, steps } from "./suggesting.js";

const TYPED = /(?:^|[^\p{L}\p{N}@.+-])@([\p{L}\p{N}][^\n@]{0,40})?$/u;
const FIELD = "textarea[data-mentions], [data-mentions] .words";
let list = null;
let field = null;

const urlOf = (place) => place.closest("[data-mentions]").dataset.mentions;

/** The text before the caret, of the same line of writing. */
function before(place) {
  if (place.tagName === "TEXTAREA") return place.value.slice(0, place.selectionStart);
  const { anchorNode, anchorOffset } = getSelection();
  return anchorNode?.nodeType === Node.TEXT_NODE ? anchorNode.data.slice(0, anchorOffset) : "";
}

function close() {
  field?.removeAttribute("aria-activedescendant");
  field?.removeAttribute("aria-controls");
  list?.remove();
  list = field = null;
}

async function suggest(place) {
  const typed = TYPED.exec(before(place));
  if (!typed) return close();
  const url = new URL(urlOf(place), location.href);
  url.searchParams.set("q", (typed[1] ?? "").trim());
  const html = await fetchHtml(url);
  if (html === null || document.activeElement !== place || !TYPED.test(before(place))) return;
  close();
  if (!html.trim()) return;
  field = place;
  list = document.createElement("div");
  Object.assign(list, { id: "mention-list", className: "menu mentions", role: "listbox", innerHTML: html });
  list.setAttribute("aria-label", place.getAttribute("aria-label") ?? "");
  place.after(list);
  place.setAttribute("aria-controls", list.id);
  lines(list).forEach((line, number) => (line.id = `${list.id}-${number}`));
  setActive(place, list, lines(list)[0]);
}
const suggestSoon = debounce(PATIENCE, suggest);

function take(line) {
  const place = field;
  const typed = TYPED.exec(before(place));
  const name = `@${line.dataset.text} `;
  if (typed) {
    const length = (typed[1] ?? "").length + 1;
    if (place.tagName === "TEXTAREA") place.setRangeText(name, place.selectionStart - length, place.selectionStart, "end");
    else {
      for (let sign = 0; sign < length; sign++) getSelection().modify("extend", "backward", "character");
      document.execCommand("insertText", false, name);
    }
    place.dispatchEvent(new Event("input", { bubbles: true }));
  }
  close();
}

on("input", FIELD, (place) => (TYPED.test(before(place)) ? suggestSoon(place) : close()));
on("keydown", FIELD, (place, event) => {
  if (!list || event.isComposing || event.ctrlKey || event.metaKey) return;
  if (steps[event.key]) move(place, list, steps[event.key]);
  else if (event.key === "Escape") close();
  else if ((event.key === "Enter" || event.key === "Tab") && activeLine(place)) take(activeLine(place));
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
on("pointerdown", "#mention-list", (menu, event) => event.preventDefault());
on("click", "#mention-list [role=option]", take);
on("focusout", FIELD, close);

// Somebody may have typed before this module was here.
const waiting = document.activeElement?.closest?.(FIELD);
if (waiting) suggest(waiting);
