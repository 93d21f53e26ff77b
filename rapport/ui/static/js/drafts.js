/** What is typed into the composer is kept on the server every three seconds, so that nothing is lost with the page.
 *  Nothing of it is written into the browser. */
import { all, on, one } from "./dom.js";

const EVERY = 3000;
const timers = new WeakMap();
const sending = new WeakMap();

const formOf = (tab) => one("form[method=post]:not(.draft)", tab);

/** The fields of a form; none where no words stand in it, whatever was chosen beside them. */
function typed(form) {
  const words = all("textarea, input:not([type]), input[type=text]", form).some((field) => field.value.trim());
  const data = words ? new FormData(form) : new FormData();
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

/** Send what stands in the tab now. `last`: the page is going. */
async function keep(tab, last = false) {
  clearTimeout(timers.get(tab));
  timers.delete(tab);
  const form = formOf(tab);
  if (!form || form.dataset.busy !== undefined) return;
  const stop = new AbortController();
  sending.set(tab, stop);
  try {
    const answer = await fetch(tab.dataset.draft, {
      method: "POST",
      body: new URLSearchParams(typed(form)),
      headers: { "HX-Request": "true", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      credentials: "same-origin",
      keepalive: last,
      signal: stop.signal,
    });
    if (!answer.ok || answer.redirected || timers.has(tab)) return;
    delete form.dataset.dirty; // it is safe: leaving asks no more
    const note = one("form.draft", tab);
    const said = one("[data-kept]", note);
    note.hidden = false;
    said.textContent = said.dataset.kept;
  } catch {
    // no connection: the next word typed tries again, and leaving the page asks
  }
}

on("input", "[data-draft] form:not(.draft)", (form) => {
  const tab = form.closest("[data-draft]");
  if (!timers.has(tab)) timers.set(tab, setTimeout(() => keep(tab), EVERY));
});

// What is being saved needs no draft any more; one that is on its way must not come after it.
document.addEventListener(
  "submit",
  (event) => {
    const tab = event.target.closest("[data-draft]");
    if (tab) {
      clearTimeout(timers.get(tab));
      timers.delete(tab);
      sending.get(tab)?.abort();
    } else keepAll();
  },
  true,
);
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  const tab = form.closest?.("[data-draft]");
  const note = tab && one("form.draft", tab);
  if (!note || form === note || event.detail.requestConfig.verb === "get") return;
  if (event.detail.successful) note.hidden = true;
  else if (!timers.has(tab)) timers.set(tab, setTimeout(() => keep(tab), EVERY)); // refused, and not lost
});

const keepAll = (last = false) => all("[data-draft]").forEach((tab) => timers.has(tab) && keep(tab, last));
document.addEventListener("visibilitychange", () => document.hidden && keepAll(true));
addEventListener("pagehide", () => keepAll(true));
