/** What htmx cannot do. All modules listen on the document, so that parts loaded later need no start. */
import { all, on, one } from "./dom.js";
import "./frame.js";
import "./panels.js";
import "./forms.js";
import "./feedback.js";

// Keys come when somebody begins to do something. What is pressed until they are there is done then; letters that
// follow a key which leads into a field are written there. Listened to on the window: what modules of the page have
// taken up is known by then, and is not done a second time.
let keys;
let loading;
let awake; // cells and peeks of a list
let isReady = false;
const early = [];
const FIELD = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]";
const PRESSED = "button, input, summary, [role=button]"; // by a space
const loadKeys = () => (loading ??= import("./keys.js").then((loaded) => (keys = loaded)).catch(unreachable));
addEventListener("keydown", async (event) => {
  if (isReady) return keys.handle(event);
  const isSign = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  const presses = event.key === " " && event.target.matches?.(PRESSED);
  const isOurs = isSign && !presses && !event.target.closest?.(FIELD) && !event.defaultPrevented;
  if (isOurs) event.preventDefault();
  early.push([event, isOurs]);
  await Promise.all([loadKeys(), awake]);
  isReady = Boolean(keys);
  let leads = false; // a key before led into a field
  for (const [pressed, ours] of early.splice(0)) {
    const field = document.activeElement;
    if (ours && field?.matches(FIELD)) {
      if (!leads) continue; // somebody went into the field meanwhile: the key was not meant for it
      field.value += pressed.key;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (ours && isReady) {
      leads = true;
      field.dispatchEvent(new KeyboardEvent("keydown", pressed)); // what came meanwhile may listen for it, too
    } else keys?.handle(pressed, ours);
  }
});

const unreachable = () => {}; // without a net a module does not come: the page works as it does without scripts

// Modules that only some pages need come when something on the page asks for them.
const LATER = [
  ["[data-list]", () => import("./selection.js")],
  ["[data-list]", () => import("./place.js")],
  ["dl.facts", () => import("./facts.js")],
  ["[data-calendar]", () => import("./calendar.js")],
  ["[data-editor]", () => import("./editor.js")],
  ["[data-arrange]", () => import("./arrange.js")],
  ["[data-news]", () => import("./record.js")],
  ["[data-guess-zone]", () => import("./zone.js")],
  ["form[data-passkey]", () => import("./passkey.js")],
  ["[data-board]", () => import("./board.js")],
  ["[data-conditions]", () => import("./conditional.js")],
  ["[data-house]", () => import("./house.js")],
  ["[data-tour]", () => import("./tour.js")],
];
const loadWanted = () => LATER.forEach(([selector, load]) => one(selector) && load().catch(unreachable));
for (const type of ["htmx:afterSettle", "rapport:reloaded"]) document.addEventListener(type, loadWanted);
loadWanted();

// … and these when somebody touches what they are for, as they are on every record's page and seldom needed.
const TOUCHED = [
  ["[data-combobox]", () => import("./combobox.js")],
  ["#composer", () => import("./drafts.js")],
  ["form[data-upload]", () => import("./upload.js")],
  ["[data-mentions]", () => import("./mentions.js")],
  ["[data-timer]", () => import("./timer.js")],
  ["[data-columns]", () => import("./columns.js")],
  ["[data-when]", () => import("./when.js")],
  ["[data-formula]", () => import("./formula.js")],
];
for (const [selector, load] of TOUCHED) {
  let loading = null;
  let isThere = false;
  for (const type of ["focusin", "pointerover", "dragenter", "input", "change"]) {
    on(type, selector, async (_place, event) => {
      if (isThere) return;
      loading ??= load().then(() => (isThere = true), () => (loading = null));
      if (!(await loading)) return;
      // What the module came too late to hear is said to it again.
      if (["input", "change"].includes(type)) event.target.dispatchEvent(new Event(type, { bubbles: true }));
    });
  }
}

// Cells and peeks of a list come when somebody begins to do something on the page.
const wake = () => {
  loadKeys();
  if (!awake && one("[data-list]")) awake = Promise.all([import("./grid.js"), import("./peek.js")]).catch(unreachable);
};
for (const type of ["pointermove", "pointerdown", "focusin", "keydown"]) document.addEventListener(type, wake, true);

setTimeout(() => import("./bell.js").catch(unreachable), 60_000); // what the bell shows at first came with the page

// Tips come for a mouse only; fingers see what they touch.
on("pointerover", "button[title], a.btn[title], .nav-a, [data-key]", async (button, { pointerType }) => {
  if (pointerType === "mouse") (await import("./tips.js").catch(unreachable))?.show(button);
});

// Letters that follow Ctrl+K are meant for the palette, also before it has come.
let typed = null;
const openPalette = async (...how) => {
  if (typed) return;
  typed = [];
  const loaded = await import("./palette.js").catch(unreachable);
  loaded?.openPalette(...how);
  const field = document.activeElement;
  if (typed.length && field?.matches("#palette [role=combobox]")) {
    field.value += typed.join("");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  typed = null;
};
const hold = (event) => {
  if (!typed || event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  typed.push(event.key);
};
addEventListener("keydown", hold, true);
on("click", "[data-palette]", () => openPalette());
// What is written on a record: on this page's, or on one that is chosen first.
on("click", "[data-compose]", (link, event) => {
  const place = `#compose-${link.dataset.compose}`;
  event.preventDefault();
  link.closest("dialog")?.close();
  if (one(place)) location.hash = place;
  else openPalette("@", place);
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
  }
});

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  all("[data-mod-k]").forEach((key) => (key.textContent = "⌘K"));
  all("[data-mod-enter]").forEach((key) => (key.textContent = "⌘↵"));
}

// What waits to be sent, and the app on the device: a cookie tells whose texts wait, and how many.
const [, waits] = document.cookie.match(/(?:^|; )outbox=([0-9a-f]+)/) ?? [];
const user = one("[data-user]")?.dataset.user;
addEventListener("load", async () => {
  if (!one("#outbox-parts")) return;
  if (user && user !== waits) await (await import("./store.js").catch(unreachable))?.prepare(user);
  if (one("[data-reload]") || /outbox=\w+\.[1-9]/.test(document.cookie)) import("./outbox.js").catch(unreachable);
});
addEventListener("offline", () => one("#outbox-parts") && import("./outbox.js").catch(unreachable));
document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    if (!form.matches("[action$='/sign-out']") || form.dataset.wiped !== undefined || !document.cookie.includes("outbox=")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    (await import("./outbox.js")).leave(form);
  },
  true,
);
addEventListener("load", () => navigator.serviceWorker && one("[data-user]") && import("./install.js").catch(unreachable));
