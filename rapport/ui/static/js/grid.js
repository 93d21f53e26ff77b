/** The cells of a list: arrow keys move, Enter or a double click changes a cell in its place. Enter saves and goes down,
 *  Tab saves and opens the next cell, Esc puts back what was there. Also: Shift and a press on a head adds it to the
 *  order, and a press in the foot chooses its figure. */
import { all, fetchHtml, on, one, say } from "./dom.js";

const FORM = "[data-cell]";
const FIRST = 2; // behind the checkbox and the name
const rowOf = (element) => element.closest("tr[data-row]");
const headOf = (cell) => cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
const listOf = (element) => element.closest("[data-list]");
const path = () => one("#list").dataset.path;
const fieldOf = (cell) => cell.dataset.field ?? headOf(cell).dataset.field; // a list of findings has one for each row
const canEdit = (cell) => cell.cellIndex >= FIRST && fieldOf(cell) && !headOf(cell).dataset.fixed;

function address(cell, more = "") {
  const inside = new URLSearchParams({ in: listOf(cell).dataset.in });
  return `${path()}/${rowOf(cell).dataset.row}/cell/${fieldOf(cell)}?${inside}${more}`;
}

/** What the server says with an answer (toasts) is said here, as htmx would. */
function tell(answer, elt) {
  const said = JSON.parse(answer.headers.get("HX-Trigger") ?? "{}");
  for (const [name, detail] of Object.entries(said)) {
    document.dispatchEvent(new CustomEvent(name, { detail: { ...detail, elt } }));
  }
}
const toast = (text, retry) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, tone: "red", retry } }));

/** Whether an answer can be drawn. If not, it is said why, and `again` is done on request or after signing in. */
async function isGood(answer, again) {
  if (answer?.headers.get("X-Session")) (await import("./session.js")).whenSignedIn(again);
  else if (!answer) toast(say("offline"), again);
  else if (answer.status >= 500) toast(say("error"), again);
  else if (answer.redirected || !(answer.ok || [409, 422].includes(answer.status))) toast(say("refused"));
  else return true;
  return false;
}

// ------------------------------------------------------------ moving

export function focusCell(cell) {
  if (!cell) return;
  const place = cell.cellIndex < FIRST ? one("a[data-open]", rowOf(cell)) : cell;
  if (place === cell) cell.tabIndex = -1;
  place.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

const beside = (cell, rows) => {
  const every = all("tr[data-row]", cell.closest("tbody"));
  return every[every.indexOf(rowOf(cell)) + rows]?.cells[cell.cellIndex];
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const cell = event.target.closest?.("tbody tr[data-row] td");
  if (!cell || event.target.closest(FORM)) return;
  const forward = getComputedStyle(cell).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const cells = rowOf(cell).cells;
  const to = {
    ArrowDown: () => beside(cell, 1),
    ArrowUp: () => beside(cell, -1),
    Home: () => cells[1],
    End: () => cells[cells.length - 1],
    [forward]: () => cells[Math.max(1, cell.cellIndex) + 1],
    [forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft"]: () => cells[Math.max(1, cell.cellIndex - 1)],
  }[event.key];
  if (to) {
    event.preventDefault();
    focusCell(to());
  } else if ((event.key === "Enter" && event.target === cell) || (event.key === "F2" && cell.cellIndex >= FIRST)) {
    event.preventDefault();
    open(cell);
  }
});
on("click", "tbody tr[data-row] td", (cell, event) => {
  if (cell.cellIndex < FIRST || event.target.closest(`a, button, input, ${FORM}`) || String(getSelection())) return;
  focusCell(cell);
});

// ------------------------------------------------------------ changing

const begun = new WeakMap(); // what an editor held when it was opened

/** What stands in an editor. It is no form of its own: the table stands in the form of the bulk bar. */
function values(form) {
  const data = new FormData();
  for (const field of all("input, select, textarea", form)) {
    if (field.name && !(field.type === "checkbox" && !field.checked)) data.append(field.name, field.value);
  }
  return data;
}
const held = (form) => new URLSearchParams(values(form)).toString();
let leaving = false; // while a form is taken away, losing the focus saves nothing

async function open(cell) {
  if (!cell.closest("[data-cells]") || !fieldOf(cell) || one(FORM, cell)) return;
  const answer = await fetch(address(cell), { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);
  if (!(await isGood(answer, () => open(cell)))) return;
  tell(answer, cell);
  if (answer.status === 204) return;
  show(cell, await answer.text());
}

function show(cell, html, { dirty = false } = {}) {
  leaving = true;
  one(FORM, cell)?.remove();
  leaving = false;
  cell.classList.add("editing");
  cell.insertAdjacentHTML("beforeend", html);
  const form = one(FORM, cell);
  begun.set(form, dirty ? "" : held(form));
  const field = one("[aria-invalid=true], [autofocus], input:not([type=hidden]), select, textarea", form);
  field?.focus({ preventScroll: true });
  field?.select?.();
  form.scrollIntoView({ block: "nearest", inline: "nearest" });
  document.dispatchEvent(new CustomEvent("rapport:reloaded")); // modules that the control asks for
}

function close(form) {
  const cell = form.closest("td");
  leaving = true;
  form.remove();
  leaving = false;
  cell.classList.remove("editing");
  return cell;
}

/** Where the focus goes afterwards: down, to the next or previous cell that can be changed, or to the cell itself. */
function go(cell, then) {
  if (!then) return;
  if (then === "down") return focusCell(beside(cell, 1) ?? cell);
  if (then === "stay") return focusCell(cell);
  const every = all("tr[data-row]", cell.closest("tbody")).flatMap((row) => [...row.cells]);
  const others = then === "next" ? every.slice(every.indexOf(cell) + 1) : every.slice(0, every.indexOf(cell)).reverse();
  const next = others.find(canEdit);
  if (!next) return focusCell(cell);
  focusCell(next);
  open(next);
}

async function save(form, then) {
  if (form.dataset.busy !== undefined) return;
  const cell = form.closest("td");
  if (held(form) === begun.get(form)) return go(close(form), then);
  form.dataset.busy = "";
  cell.setAttribute("aria-busy", "true");
  const body = values(form);
  const headers = { "HX-Request": "true", "X-CSRFToken": body.get("csrfmiddlewaretoken") };
  const answer = await fetch(address(cell), { method: "POST", body, headers, credentials: "same-origin" }).catch(() => null);
  cell.removeAttribute("aria-busy");
  delete form.dataset.busy;
  if (!(await isGood(answer, () => form.isConnected && save(form, "stay")))) return;
  const html = await answer.text();
  if (!answer.ok) return show(cell, html, { dirty: true });
  go(replaceRow(cell, html), then);
  tell(answer);
}

/** The row as it is now in place of the old one; gives the same cell of it. */
function replaceRow(cell, html) {
  const old = rowOf(cell);
  const index = cell.cellIndex;
  const parts = document.createElement("template");
  parts.innerHTML = html;
  const row = parts.content.firstElementChild;
  if (!row) return cell;
  one("input[name=ids]", row).checked = one("input[name=ids]", old).checked;
  leaving = true;
  old.replaceWith(row);
  leaving = false;
  document.dispatchEvent(new CustomEvent("rapport:reloaded"));
  return row.cells[index];
}

document.addEventListener(
  "keydown",
  (event) => {
    const form = event.target.closest?.(FORM);
    if (!form || event.defaultPrevented || event.isComposing || one("[aria-expanded=true]", form)) return;
    const many = event.target.matches("textarea, [contenteditable]");
    const fields = all("input:not([type=hidden]), select, textarea, button", form);
    const edge = fields.at(event.shiftKey ? 0 : -1);
    const then = event.key === "Enter" && !many && !event.target.matches("button") ? "down"
      : event.key === "Tab" && event.target === edge ? (event.shiftKey ? "previous" : "next") : "";
    if (event.key === "Escape") focusCell(close(form));
    else if (then) save(form, then);
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
on("click", "[data-mine]", (button) => save(button.closest(FORM), "stay"));
on("focusout", FORM, (form, event) => {
  if (leaving || one("dialog:modal") || !document.hasFocus() || form.contains(event.relatedTarget) || one(".conflict, [aria-invalid=true]", form)) return;
  save(form, "");
});
on("dblclick", "tbody tr[data-row] td", (cell, event) => {
  if (cell.cellIndex < FIRST || event.target.closest(`a, button, input, ${FORM}`)) return;
  getSelection().removeAllRanges();
  open(cell);
});
on("click", "[data-theirs]", async (button) => {
  const cell = button.closest("td");
  const html = await fetchHtml(address(cell, "&shown=1"));
  if (html) focusCell(replaceRow(cell, html));
});

// A pen in the cell under the pointer: one for the whole table.
let pen;
on("pointerover", "[data-cells] tbody td", (cell, event) => {
  if (event.pointerType !== "mouse" || one(".pen", cell) || !canEdit(cell) || one(FORM, cell)) return;
  pen ??= one("#cell-pen").content.firstElementChild.cloneNode(true);
  cell.append(pen);
});
on("click", "td > .pen", (button, event) => {
  const cell = button.closest("td");
  event.preventDefault(); // without script it leads to the page of the record
  if (button === pen) button.remove();
  open(cell);
});

// ------------------------------------------------------------ heads and foot

on(
  "click",
  "th a[data-more]",
  (link, event) => {
    if (!event.shiftKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    getSelection().removeAllRanges();
    window.htmx.ajax("GET", link.dataset.more, { source: link, target: "#list", swap: "innerHTML", push: link.dataset.more })
      .then(() => history.pushState(history.state, "", link.dataset.more));
  },
  true,
);
on("click", "[data-sum]", async (button) => {
  const list = listOf(button);
  const body = one("#sum-body");
  const asked = new URLSearchParams({ in: list.dataset.in, key: button.dataset.sum });
  body.innerHTML = (await fetchHtml(`${path()}/sums/choose?${asked}`)) ?? "";
  window.htmx.process(body);
  const menu = one("#sum-menu");
  menu.showPopover();
  const at = button.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
  menu.style.top = `${Math.max(8, at.top - size.height - 4)}px`;
  one("a", menu)?.focus();
});
