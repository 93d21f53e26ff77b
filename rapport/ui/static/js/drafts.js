/** What is typed into the composer is kept on the server every three seconds, so that nothing is lost with the page.
 *  Nothing of it is written into the browser. One draft is kept of each form: where two tabs of a browser write into
 *  the same, the one whose text is not kept says so, and leaving it asks. */
import { all, on, one } from "./dom.js";

const EVERY = 3000;
const timers = new WeakMap();
const sending = new WeakMap();

const others = new BroadcastChannel("rapport-drafts"); // tabs tell each other which draft was kept, or is gone
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
    note(tab, "kept");
    others.postMessage({ draft: tab.dataset.draft });
  } catch {
    // no connection: the next word typed tries again, and leaving the page asks
  }
}

function note(tab, name) {
  const [place, said] = [one("form.draft", tab), one("[data-kept]", tab)];
  place.hidden = false;
  said.textContent = said.dataset[name];
}

const keepSoon = (tab) => timers.has(tab) || timers.set(tab, setTimeout(() => keep(tab), EVERY));
on("input", "[data-draft] form:not(.draft)", (form) => keepSoon(form.closest("[data-draft]")));

// Another tab has kept its text in place of this one, or has taken the draft away.
others.onmessage = ({ data: { draft, gone } }) => {
  const tab = one(`[data-draft="${CSS.escape(draft)}"]`);
  const form = tab && formOf(tab);
  if (!form || ![...typed(form)].length) return;
  form.dataset.dirty = "";
  note(tab, "elsewhere");
  if (gone) keepSoon(tab);
};

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
  const place = tab && one("form.draft", tab);
  if (!place || event.detail.requestConfig.verb === "get") return;
  if (event.detail.successful) others.postMessage({ draft: tab.dataset.draft, gone: true });
  if (form === place) return;
  if (event.detail.successful) place.hidden = true;
  else keepSoon(tab); // refused, and not lost
});

const keepAll = (last = false) => all("[data-draft]").forEach((tab) => timers.has(tab) && keep(tab, last));
document.addEventListener("visibilitychange", () => document.hidden && keepAll(true));
addEventListener("pagehide", () => keepAll(true));
