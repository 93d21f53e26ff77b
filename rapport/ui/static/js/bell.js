/** Asks for the number on the bell once a minute, while the page is seen. */
import { fetchHtml, one } from "./dom.js";

const PAUSE = 60_000;

async function look() {
  const bell = one("[data-bell]");
  if (!bell || document.hidden) return;
  const shown = one(".n", bell)?.textContent ?? "";
  const now = await fetchHtml(`${bell.dataset.bell}?shown=${encodeURIComponent(shown)}`);
  if (now) bell.innerHTML = now; // nothing came where nothing changed
}

look();
setInterval(look, PAUSE);
document.addEventListener("visibilitychange", look);
