/** Forms that could not be sent (`data-outbox="note"`): kept, shown, and sent in order when the server answers again.
 *
 *  Each goes with the token of its form, which the server counts once: so it may be sent again after an answer that was
 *  lost, and from two tabs. It is sent only while the person is signed in who wrote it. */
import { all, on, one } from "./dom.js";
import { mine, who } from "./session.js";
import { add, canKeep, list, note, remove, update, wipe } from "./store.js";

const FIRST_PAUSE = 5000;
const LONGEST_PAUSE = 300000;
const TIME_OUT = 30000;
const MOST_ERRORS = 5; // of the server, before somebody is to look at a text
const OLD = 25 * 24 * 3600 * 1000; // the server remembers for thirty days which forms it has counted
const OWN_FIELDS = ["csrfmiddlewaretoken", "another"];

// Whose texts wait, and how many, stands in a cookie, so that pages know at once whether to load this.
const noted = () => (document.cookie.match(/(?:^|; )outbox=([0-9a-f]+)\.(\d+)/) ?? []).slice(1);
const user = () => mine() || noted()[0] || "";
let pause = FIRST_PAUSE;
let timer;
let signedOut = false;

const parts = () => one("#outbox-parts").content;
const words = (name) => one("[data-say-kept]", parts()).dataset[name];
const tell = (text, more = {}) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, ...more } }));

const labelOf = (form, name) => {
  const field = form.elements[name];
  return (field?.labels?.[0]?.firstChild?.textContent ?? field?.getAttribute?.("aria-label") ?? "").trim();
};
const isHidden = (form, name) => [form.elements[name]].flat()[0]?.type === "hidden";

/** Keep what was to be sent; false when that cannot be: then the text stays in the form. */
export async function keep(form, entries = new FormData(form)) {
  if (!canKeep() || !user() || [...entries].some(([, value]) => value instanceof File && value.size)) return false;
  const fields = [...entries].filter(([name, value]) => !OWN_FIELDS.includes(name) && typeof value === "string");
  const what = {
    kind: form.dataset.outbox,
    title: titleOf(form),
    url: form.getAttribute("hx-post") || form.getAttribute("action"),
    fields: fields.map(([name, value]) => ({ name, value, label: labelOf(form, name), hidden: isHidden(form, name) })),
    errors: 0,
    reason: "",
  };
  try {
    await add(user(), what);
  } catch {
    return false;
  }
  empty(form);
  tell(words("sayKept"), { tone: "grey" });
  await show();
  again();
  return true;
}

function titleOf(form) {
  const panel = form.closest("[role=tabpanel]");
  const tab = panel && document.getElementById(panel.getAttribute("aria-labelledby"));
  const kind = (tab?.firstChild?.nextSibling ?? tab?.firstChild)?.textContent ?? one("h2", form)?.textContent ?? "";
  return [kind.trim(), panel && one("h1")?.textContent.trim()].filter(Boolean).join(" · ");
}

/** The form is ready for the next text, which counts for itself. */
function empty(form) {
  form.reset();
  all("textarea, input:not([type=hidden], [type=checkbox], [type=radio])", form).forEach((field) => (field.value = ""));
  const token = form.elements.form_token;
  if (token) token.value = crypto.randomUUID();
  delete form.dataset.dirty;
  form.dispatchEvent(new CustomEvent("rapport:kept", { bubbles: true }));
  if (form.closest("#drawer")) document.dispatchEvent(new CustomEvent("drawer:close"));
}

/** Send what waits, unless another tab does; try again later where that is of use. */
export async function send() {
  clearTimeout(timer);
  if (!canKeep() || !user()) return;
  const locks = navigator.locks ?? { request: (_name, _how, run) => run(true) };
  await locks.request("rapport-outbox", { ifAvailable: true }, async (lock) => lock && sendAll());
  await show();
}

async function sendAll() {
  const rows = (await list(user())).filter((row) => row.state === "waiting");
  if (!rows.length) return;
  const now = await who().catch(() => null);
  if (!now) return again();
  signedOut = now.user !== user();
  if (signedOut) return again();
  let sent = 0;
  for (const row of rows) {
    const done = Date.now() - row.at > OLD && !row.what.looked ? await refuse(row, words("sayOld")) : await sendOne(row, now.csrf);
    if (done === "later") {
      again();
      break;
    }
    if (done === "signed out") {
      signedOut = true;
      again();
      break;
    }
    if (done === "sent") sent += 1;
  }
  if (!sent) return;
  pause = FIRST_PAUSE;
  tell(words("saySent"));
  document.dispatchEvent(new CustomEvent("record:changed", { detail: {} }));
  if (one("#history")) window.htmx.ajax("GET", location.href, { target: "#history", select: "#history", swap: "outerHTML" });
}

async function sendOne(row, csrf) {
  const body = new URLSearchParams(row.what.fields.map(({ name, value }) => [name, value]));
  const headers = { "X-CSRFToken": csrf, "HX-Request": "true", "X-Outbox": "1" };
  let answer;
  try {
    answer = await fetch(row.what.url, { method: "POST", body, headers, credentials: "same-origin", signal: AbortSignal.timeout(TIME_OUT) });
  } catch {
    return "later";
  }
  if (answer.headers.has("X-Session")) return "signed out";
  if (answer.ok) {
    await remove(row.id);
    return "sent";
  }
  if (answer.status < 500 && ![408, 425, 429].includes(answer.status)) return refuse(row, reasonOf(answer, await answer.text()));
  const errors = row.what.errors + 1;
  if (errors >= MOST_ERRORS) return refuse(row, words("sayLater"));
  await update(row, { ...row.what, errors }, "waiting");
  return "later";
}

async function refuse(row, reason) {
  await update(row, { ...row.what, reason }, "refused");
  return "refused";
}

/** The server's sentence: that of its toast, or those beside the fields of the form that it drew again. */
function reasonOf(answer, html) {
  const said = JSON.parse(answer.headers.get("HX-Trigger") || "{}").toast?.text;
  const drawn = new DOMParser().parseFromString(html, "text/html");
  return said || all(".err, [role=alert]", drawn).map((one) => one.textContent.trim()).join(" ") || String(answer.status);
}

function again() {
  clearTimeout(timer);
  timer = setTimeout(send, pause);
  pause = Math.min(pause * 2, LONGEST_PAUSE);
}

// What is seen of it: a button with the number, and the list behind it

const others = new BroadcastChannel("rapport-outbox"); // tabs tell each other
others.onmessage = () => draw();

/** Draw it here and in the other tabs. */
async function show() {
  await draw();
  others.postMessage("changed");
}

/** Draw the button and the list behind it. */
async function draw() {
  if (!canKeep() || !one("#outbox-parts")) return;
  const rows = await list(user());
  if (user()) note(user(), rows.length);
  if (!one(".waiting")) document.body.append(...["button", "dialog"].map((name) => one(name, parts()).cloneNode(true)));
  const chip = one(".waiting");
  chip.hidden = !rows.length && navigator.onLine;
  const { offline, one: single, many, refused, signIn } = chip.dataset;
  const stuck = rows.filter((row) => row.state === "refused").length;
  const told = [
    navigator.onLine ? "" : offline,
    rows.length - stuck === 1 ? single : rows.length > stuck ? many.replace("{n}", rows.length - stuck) : "",
    stuck ? refused.replace("{n}", stuck) : "",
    signedOut && rows.length ? signIn : "",
  ];
  one("[role=status]", chip).textContent = told.filter(Boolean).join(" · ");
  one("[data-sign-in-link]").hidden = !signedOut;
  const place = one(".waits");
  // A page without a user (/offline) may be read by anybody: it tells how many wait, and no text.
  if (!place.contains(document.activeElement)) place.replaceChildren(...(mine() ? rows : []).map(drawn));
  if (!rows.length && one("#outbox").open) one("#outbox").close();
}

function drawn(row) {
  const item = one("li", parts()).cloneNode(true);
  const seen = row.what.fields.filter((field) => !field.hidden && field.value);
  one("[data-what]", item).textContent = row.what.title;
  one("[data-when]", item).textContent = new Date(row.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  one("[data-words]", item).textContent = seen.map((field) => field.value).join("\n");
  const reason = one("[data-reason]", item);
  reason.hidden = !row.what.reason;
  one("span", reason).textContent = row.what.reason;
  one("[data-edit-waiting]", item).addEventListener("click", ({ currentTarget }) => edit(row, item, currentTarget));
  one("[data-discard-waiting]", item).addEventListener("click", async ({ currentTarget: button }) => {
    if (button.dataset.sure) {
      button.textContent = button.dataset.sure;
      delete button.dataset.sure;
      return;
    }
    await remove(row.id);
    button.blur();
    show();
  });
  return item;
}

/** Open the fields of one text; pressed again, keep them as they are now and send. */
async function edit(row, item, button) {
  const place = one("[data-fields]", item);
  if (place.hidden) {
    place.replaceChildren(...row.what.fields.filter((field) => !field.hidden).map(inputOf));
    place.hidden = false;
    one("[data-words]", item).hidden = true;
    button.textContent = button.dataset.done;
    one("textarea", place)?.focus();
    return;
  }
  const typed = all("textarea", place).map((field) => field.value);
  const fields = row.what.fields.map((field) => (field.hidden ? field : { ...field, value: typed.shift() }));
  await update(row, { ...row.what, fields, reason: "", errors: 0, looked: true }, "waiting");
  button.blur();
  await show();
  send();
}

function inputOf(field) {
  const label = document.createElement("label");
  label.className = "field";
  const said = document.createElement("span");
  said.className = "label";
  said.textContent = field.label || field.name;
  const input = document.createElement("textarea");
  input.className = "input";
  input.rows = field.value.length > 60 ? 4 : 1;
  input.value = field.value;
  label.append(said, input);
  return label;
}

on("click", "[data-send-now]", async (button) => {
  pause = FIRST_PAUSE;
  for (const row of await list(user()))
    if (row.state === "refused") await update(row, { ...row.what, reason: "", errors: 0, looked: true }, "waiting");
  await send();
});
for (const type of ["online", "focus"]) addEventListener(type, () => ((pause = FIRST_PAUSE), send()));
addEventListener("offline", draw);

/** Signing out takes with it what waits; so it asks first. */
export async function leave(form) {
  const rows = await list(user()).catch(() => []);
  if (rows.length && !confirm(words("sayLeave").replace("{n}", rows.length))) return;
  await wipe(user()).catch(() => null);
  document.cookie = "outbox=; Path=/; Max-Age=0; SameSite=Lax";
  form.dataset.wiped = "";
  form.requestSubmit();
}

// Forms of the page without a net are kept at once, and sent from here when that is possible.
on("submit", "form[data-outbox][data-always]", async (form, event) => {
  event.preventDefault();
  if (await keep(form)) send();
  else tell(document.body.dataset.sayOffline, { tone: "red" });
});

// … and that page comes to an end as soon as the server answers.
async function lookAgain() {
  if (!(await who().catch(() => null))) return;
  await send();
  const typing = all("form[data-always] input").some((input) => input.type !== "hidden" && input.value);
  if (!typing) location.reload();
}
if (one("[data-reload]")) {
  on("click", "[data-reload]", () => location.reload());
  addEventListener("online", lookAgain);
  setInterval(lookAgain, FIRST_PAUSE);
}

draw().then(send);
