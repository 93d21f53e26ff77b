/** The page of a record: news, links to entries, pictures that are pasted. */
import { on, one } from "./dom.js";
import "./news.js";

// A link to an entry goes to the clipboard, with the house it leads to.
on("click", "[data-copy-link]", async (link, event) => {
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(link.href);
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: link.dataset.copyLink } }));
  } catch {
    location.assign(link.href);
  }
});

// A picture on the clipboard, pasted into the composer, becomes a file of the record.
on("paste", "#composer", async (composer, event) => {
  const input = one("form[data-upload] input[type=file]", composer);
  const files = event.clipboardData?.files;
  if (!input || !files?.length) return;
  event.preventDefault();
  await import("./upload.js");
  one("#compose-file-tab")?.click();
  input.files = files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

// What happened is told anew when something was saved, unless the answer brought it along.
const PATIENCE = 150;
let changed = 0;
let told = 0;
let isAsking = false;
let timer;
document.addEventListener("htmx:afterSwap", () => {
  const list = one("#tl:not([data-told])");
  if (!list) return;
  list.dataset.told = "";
  told = Date.now();
});
async function tellAnew() {
  const list = one("#tl");
  if (!list || isAsking || told >= changed) return;
  isAsking = true;
  const asked = Date.now(); // what changes from now on, the answer may not know
  const url = `${one("[data-news]").dataset.news}/history?${list.dataset.query}`;
  await window.htmx.ajax("GET", url, { source: list, target: "#tl", select: "#tl", swap: "outerHTML" }).catch(() => {});
  told = asked;
  isAsking = false;
  tellAnew();
}
document.addEventListener("record:changed", () => {
  changed = Date.now();
  clearTimeout(timer);
  timer = setTimeout(tellAnew, PATIENCE);
});
if (one("#tl")) one("#tl").dataset.told = "";
