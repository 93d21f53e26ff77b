/** The command palette: records, actions and places. What is found and what may be seen is the server's business; what
 *  can be done with the rows selected on this page stands on the buttons of the page. Loaded when it is first opened. */
import { all, debounce, on, one, openDialog, say, shown } from "./dom.js";
import { press } from "./keys.js";
import { PATIENCE, activeLine, ask, lines, move, setActive, steps } from "./suggesting.js";

let opener;
let target = "";
let of = ""; // the record whose actions alone are shown, after Tab on its line
let found = null; // the words that the lines were found for
let early = null; // Enter, pressed before lines came for what is typed
const palette = () => one("#palette");
const partsOfPalette = () => [one("[role=combobox]", palette()), one("[role=listbox]", palette())];

async function find() {
  const [input, list] = partsOfPalette();
  const words = input.value;
  if (!(await ask(`${palette().dataset.url}${of ? `?of=${of}` : ""}`, input, list))) return;
  if (!of) addSelection(list, input.value.trim().replace(/^>/, "").trim().toLowerCase());
  lines(list).forEach((line, index) => (line.id = `${list.id}-${index}`));
  setActive(input, list, lines(list)[0]);
  one("[data-pal-tab]", palette()).hidden = !one("[data-record]", list);
  found = words;
  if (early) follow(activeLine(input), early);
  early = null;
}

function follow(line, { ctrlKey, metaKey }) {
  if (line?.href && (ctrlKey || metaKey)) window.open(line.href, "_blank", "noopener");
  else line?.click();
}
const findSoon = debounce(PATIENCE, find);

/** The buttons of the bulk bar, while rows are selected: first of all lines. */
function addSelection(list, typed) {
  const bar = all("[data-bulk]").find(shown);
  const buttons = bar ? all("button[type=submit]:not(:disabled)", bar) : [];
  const fitting = buttons.filter((button) => button.textContent.trim().toLowerCase().includes(typed));
  if (!fitting.length) return;
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-labelledby", "pal-selection");
  const head = document.createElement("div");
  head.className = "h";
  head.id = "pal-selection";
  head.textContent = one("[data-selected-count]", bar)?.textContent ?? "";
  group.append(head, ...fitting.map(lineOf));
  one(".none", list)?.remove();
  list.prepend(group);
}

function lineOf(button) {
  const line = document.createElement("button");
  line.type = "button";
  line.setAttribute("role", "option");
  line.tabIndex = -1;
  const words = document.createElement("span");
  words.className = "clip";
  words.textContent = button.textContent.trim();
  line.append(one("svg", button)?.cloneNode(true) ?? "", words);
  line.addEventListener("click", () => button.click());
  return line;
}

/** Open it, empty: what can be done here, where one was lately, and the places. `place` is where on the page of the
 *  record that is chosen one wants to be. */
export function openPalette(sign = "", place = "") {
  if (!palette() || openDialog()) return;
  opener = document.activeElement;
  of = "";
  target = place;
  found = early = null;
  palette().showModal();
  const [input] = partsOfPalette();
  input.value = sign;
  find();
}

/** Only what can be done to the record of this line; Backspace in the empty field goes back. */
function narrow(record) {
  of = record;
  found = null;
  const [input] = partsOfPalette();
  input.value = "";
  find();
}

on("input", "#palette [role=combobox]", () => {
  early = null;
  findSoon();
});
on("keydown", "#palette", (dialog, event) => {
  const [input, list] = partsOfPalette();
  const line = activeLine(input);
  if (steps[event.key]) {
    event.preventDefault();
    move(input, list, steps[event.key]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (found === input.value) follow(line, event);
    else early = event;
  } else if (event.key === "Tab" && !event.shiftKey && line?.dataset.record) {
    event.preventDefault();
    narrow(line.dataset.record);
  } else if (event.key === "Backspace" && of && !input.value) narrow("");
});

// How a line is followed; without one of these it is a link.
const WAYS = {
  drawer: (url) => window.htmx.ajax("GET", url, { source: document.body, target: one("#drawer"), swap: "innerHTML" }),
  post(url) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = url;
    const token = document.createElement("input");
    token.type = "hidden";
    token.name = "csrfmiddlewaretoken";
    token.value = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    form.append(token);
    document.body.append(form);
    form.requestSubmit();
  },
  async copy(url) {
    const copied = await navigator.clipboard.writeText(new URL(url, location.href).href).then(() => true, () => false);
    if (copied) document.dispatchEvent(new CustomEvent("toast", { detail: { text: say("copied") } }));
    else location.assign(url);
  },
  press() {},
};

on("click", "#palette [role=option]", (line, event) => {
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
  if (elsewhere && line.href) return;
  const { way, press: key } = line.dataset;
  const url = line.getAttribute("href");
  palette().close();
  if (!url) return;
  if (target && line.dataset.record) {
    event.preventDefault();
    location.assign(url + target);
    return;
  }
  const here = !of && url.split("#")[0].startsWith(location.pathname);
  if (key && (here || way === "press") && press(key)) event.preventDefault();
  else if (WAYS[way]) {
    event.preventDefault();
    WAYS[way](url);
  }
});
document.addEventListener("close", (event) => event.target === palette() && opener?.focus(), true);
