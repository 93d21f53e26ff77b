/** A text field that searches on the server: suggestions after 150 ms, arrows, Enter, “Create …” last.
 *  Posts the chosen id in its hidden field ("" when the text was changed by hand, "new" for “Create …”). */
import { all, debounce, fetchHtml, moveActive, on, one, setActive } from "./dom.js";

const PATIENCE = 150;
const running = new WeakMap();
const parts = (box) => ({
  input: one("[role=combobox]", box),
  hidden: one("input[type=hidden]", box),
  list: one("[role=listbox]", box),
});
const mark = (line, active) => line.toggleAttribute("data-active", active);
const lines = (list) => all("[role=option]", list);

function close(box) {
  const { input, list } = parts(box);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

async function search(box) {
  const { input, list } = parts(box);
  running.get(box)?.abort();
  const controller = new AbortController();
  running.set(box, controller);
  const url = new URL(box.dataset.url, location.href);
  url.searchParams.set("q", input.value.trim());
  const html = await fetchHtml(url, controller.signal);
  if (html === null || controller.signal.aborted || document.activeElement !== input) return;
  list.innerHTML = html;
  lines(list).forEach((line, index) => (line.id = `${list.id}-${index}`));
  list.hidden = !html.trim();
  input.setAttribute("aria-expanded", String(!list.hidden));
  setActive(input, lines(list), input.value.trim() ? lines(list)[0] : null, mark);
}

const searchSoon = debounce(PATIENCE, search);

function choose(box, line) {
  const { input, hidden } = parts(box);
  input.value = line.dataset.text;
  hidden.value = line.dataset.value;
  close(box);
  hidden.dispatchEvent(new Event("change", { bubbles: true }));
}

on("input", "[data-combobox] [role=combobox]", (input) => {
  const box = input.closest("[data-combobox]");
  parts(box).hidden.value = "";
  searchSoon(box);
});
on("click", "[data-combobox] [role=combobox]", (input) => {
  const box = input.closest("[data-combobox]");
  if (parts(box).list.hidden) search(box);
});
on("keydown", "[data-combobox] [role=combobox]", (input, event) => {
  const box = input.closest("[data-combobox]");
  const { list } = parts(box);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) search(box);
    else moveActive(input, lines(list), event.key === "ArrowDown" ? 1 : -1, mark);
  } else if (event.key === "Enter" && !list.hidden && !event.ctrlKey && !event.metaKey) {
    const line = one("[data-active]", list);
    if (!line) return;
    event.preventDefault();
    choose(box, line);
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    event.stopPropagation();
    close(box);
  }
}, true);
on("pointerdown", "[data-combobox] [role=option]", (line, event) => event.preventDefault());
on("click", "[data-combobox] [role=option]", (line) => choose(line.closest("[data-combobox]"), line));
on("focusout", "[data-combobox]", (box, event) => box.contains(event.relatedTarget) || close(box));
