/** What others add to a record while its page is open: a button says how much it is and shows it when it is pressed.
 *  Asked for while the page is seen, less often where nothing happens. */
import { on, one } from "./dom.js";
import { refreshLive } from "./reload.js";

const SOON = 18000;
const LATE = 120000;
const GROWTH = 1.4;
let wait = SOON;
let timer;

const place = () => one("[data-news]");
const shownUpTo = () => Number(one("#tl")?.dataset.newest ?? 0);

const plainTitle = () => document.title.replace(/^\(\d+\+?\) /, ""); // the name may have changed in its place

async function ask() {
  const news = place();
  if (!news || document.hidden) return;
  try {
    const answer = await fetch(`${news.dataset.news}/news?after=${shownUpTo()}`, {
      headers: { "HX-Request": "true" },
      credentials: "same-origin",
    });
    if (answer.redirected || answer.status === 401 || answer.status === 403) return; // signed out: no more questions
    if (answer.status === 200) {
      news.innerHTML = await answer.text();
      document.title = `(${one("[data-count]", news).dataset.count}) ${plainTitle()}`;
      wait = SOON;
    } else {
      const newest = answer.headers.get("X-Newest");
      if (newest && one("#tl")) one("#tl").dataset.newest = newest;
      clear(news);
      wait = Math.min(LATE, wait * GROWTH);
    }
  } catch {
    wait = Math.min(LATE, wait * GROWTH);
  }
  plan();
}

function clear(news) {
  news.replaceChildren();
  document.title = plainTitle();
}

function plan() {
  clearTimeout(timer);
  timer = setTimeout(ask, wait);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return clearTimeout(timer);
  wait = SOON;
  ask();
});

on("click", "[data-news-show]", async () => {
  const news = place();
  const before = shownUpTo();
  await window.htmx.ajax("GET", `${news.dataset.news}/history`, { source: news, target: "#history", swap: "innerHTML" });
  clear(news);
  const fresh = [...document.querySelectorAll("#tl .ev[id^=e]")].filter((entry) => Number(entry.id.slice(1)) > before);
  fresh.forEach((entry) => entry.classList.add("fresh"));
  const fold = fresh[0]?.closest("details");
  if (fold) fold.open = true;
  fresh[0]?.focus({ preventScroll: false });
  await refreshLive();
});

plan();
