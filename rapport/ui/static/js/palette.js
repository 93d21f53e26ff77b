/** The command palette: Ctrl+K, the field in the sidebar. The server finds; permissions are its business. */
import { all, debounce, fetchHtml, moveActive, on, one, openDialog, setActive } from "./dom.js";

const PATIENCE = 150;
const mac = /Mac|iPhone|iPad/.test(navigator.platform);
const palette = () => one("#palette");
const field = () => one("[role=combobox]", palette());
const list = () => one("[role=listbox]", palette());
const lines = () => all("[role=option]", list());
const mark = (line, active) => line.setAttribute("aria-selected", String(active));
let running;
let opener;

async function search() {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  const url = new URL(palette().dataset.url, location.href);
  url.searchParams.set("q", field().value.trim());
  url.searchParams.set("at", location.pathname);
  const html = await fetchHtml(url, signal);
  if (html === null || signal.aborted) return;
  list().innerHTML = html;
  lines().forEach((line, index) => (line.id = `palette-${index}`));
  window.htmx?.process(list());
  setActive(field(), lines(), lines()[0], mark);
}
const searchSoon = debounce(PATIENCE, search);

export function openPalette() {
  if (!palette() || palette().open) return;
  if (openDialog()) return;
  opener = document.activeElement;
  palette().showModal();
  field().value = "";
  field().focus();
  search();
}

function go(line, newTab) {
  if (!line) return;
  if (newTab) window.open(line.href, "_blank", "noopener");
  else {
    palette().close();
    line.click();
  }
}

on("click", "[data-palette]", openPalette);
on("input", "#palette [role=combobox]", searchSoon);
on("keydown", "#palette", (dialog, event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    moveActive(field(), lines(), event.key === "ArrowDown" ? 1 : -1, mark);
  } else if (event.key === "Enter") {
    event.preventDefault();
    go(one("[aria-selected=true]", list()), event.ctrlKey || event.metaKey);
  }
});
on("click", "#palette [role=option]", () => palette().open && palette().close());
document.addEventListener("close", (event) => event.target === palette() && opener?.isConnected && opener.focus(), true);
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
  }
});

if (mac) {
  all("[data-mod-k]").forEach((key) => (key.textContent = "⌘K"));
  all("[data-mod-enter]").forEach((key) => (key.textContent = "⌘↵"));
}
