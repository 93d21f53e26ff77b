/** A look at a record beside the list: Space on a row opens it, J and K walk on, Space or Esc closes. */
import { all, fetchHtml, on, one, openDialog, say, shown } from "./dom.js";

const panel = () => one("#peek");
const isOpen = () => panel() && !panel().hidden;
const rowHere = () => document.activeElement?.closest("tr[data-row]");
let asked = 0;

async function show(row) {
  const mine = ++asked;
  const html = await fetchHtml(`${one("#list").dataset.path}/${row.dataset.row}/peek`);
  if (mine !== asked) return;
  if (html === null) {
    const detail = { text: say("offline"), tone: "red", retry: () => row.isConnected && show(row) };
    document.dispatchEvent(new CustomEvent("toast", { detail }));
    return;
  }
  const was = one(".peek-body", panel())?.contains(document.activeElement);
  panel().innerHTML = html;
  panel().hidden = false;
  panel().dataset.of = row.dataset.row;
  const link = one("[data-peek-open]", panel());
  if (link) link.href = one("a[data-open]", row).href;
  all("tr[data-peeked]").forEach((other) => delete other.dataset.peeked);
  row.dataset.peeked = "";
  if (was) panel().focus();
  window.htmx.process(panel());
}

function close() {
  const row = one("tr[data-peeked]");
  asked += 1;
  panel().hidden = true;
  panel().replaceChildren();
  if (row) {
    delete row.dataset.peeked;
    one("a[data-open]", row).focus({ preventScroll: true });
  }
}

function step(by) {
  const rows = all("tr[data-row]").filter(shown);
  const next = rows[rows.findIndex((row) => row.dataset.row === panel().dataset.of) + by];
  if (!next) return;
  one("a[data-open]", next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  show(next);
}

document.addEventListener(
  "keydown",
  (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || openDialog() || one(":popover-open")) return;
    const inField = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable=true]");
    if (inField) return;
    const row = rowHere();
    if (event.key === " " && row && !event.target.matches("input, button")) {
      if (isOpen() && panel().dataset.of === row.dataset.row) close();
      else show(row);
    } else if (isOpen() && event.key === "Escape") close();
    else if (isOpen() && (event.key === "j" || event.key === "k") && document.documentElement.dataset.keys !== "off") {
      step(event.key === "j" ? 1 : -1);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
on("click", "[data-peek-close]", close);
on("click", "[data-peek-step]", (button) => step(Number(button.dataset.peekStep)));
on("click", "[data-peek]", (button) => show(button.closest("tr[data-row]")));
