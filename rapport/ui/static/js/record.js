/** The page of a record: drafts, news, links to entries, pictures that are pasted. */
import { on, one } from "./dom.js";
import "./drafts.js";
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
let told = 0;
document.addEventListener("htmx:afterSwap", () => one("#tl:not([data-told])") && mark());
function mark() {
  one("#tl").dataset.told = "";
  told = Date.now();
}
mark();
document.addEventListener("record:changed", () => {
  const list = one("#tl");
  if (!list || Date.now() - told < 500 || one(".more ~ .day", list)) return;
  const place = one("[data-news]").dataset.news;
  window.htmx.ajax("GET", `${place}/history?${list.dataset.query}`, { source: list, target: "#tl", select: "#tl", swap: "outerHTML" });
});
