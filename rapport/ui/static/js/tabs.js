/** Tabs that show one of several panels (the composer), and the sections of a record on phones. */
import { all, on, one } from "./dom.js";

function choose(tab, focus = true) {
  for (const other of all("[role=tab]", tab.closest("[role=tablist]"))) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    const panel = document.getElementById(other.getAttribute("aria-controls"));
    if (panel) panel.hidden = !chosen;
  }
  const panel = document.getElementById(tab.getAttribute("aria-controls"));
  if (focus && panel) one("textarea, input:not([type=hidden]), select", panel)?.focus();
}

on("click", "[role=tab][aria-controls]", (tab) => choose(tab));

on("keydown", "[role=tab]", (tab, event) => {
  const tabs = all("[role=tab]", tab.closest("[role=tablist]"));
  const now = tabs.indexOf(tab);
  const forward = getComputedStyle(tab).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const back = forward === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
  const next = { [forward]: now + 1, [back]: now - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  const chosen = tabs.at(next % tabs.length);
  choose(chosen, false);
  chosen.focus();
});

on("click", "[data-pane-link]", (link, event) => {
  const record = link.closest("[data-pane]");
  if (!record) return;
  event.preventDefault();
  record.dataset.pane = link.dataset.paneLink;
  all("[data-pane-link]", record).forEach((other) => {
    if (other === link) other.setAttribute("aria-current", "page");
    else other.removeAttribute("aria-current");
  });
});
