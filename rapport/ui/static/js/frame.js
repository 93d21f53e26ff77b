/** The frame of the page: light or dark, panels folded away, and the sidebar, which on phones is a drawer. */
import { all, on, one, shown } from "./dom.js";

// The theme is kept in a cookie, so that the server draws the page in it from the start: a word, nothing personal.
const root = document.documentElement;

function keep(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

on("click", "[data-theme-toggle]", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  keep("theme", root.dataset.theme);
  // … and with the account, for the other browsers.
  window.htmx?.ajax("POST", "/profile/theme", { values: { theme: root.dataset.theme }, swap: "none" });
});

// Panels that are folded away are kept like the theme: `side` to a rail of icons, `related` out of sight.
const RAIL = "(720px <= width < 900px)"; // here the sidebar is a rail unless somebody unfolds it

/** Fold a panel, or unfold it. */
export function foldPanel(name) {
  const folded = new Set((root.dataset.folded ?? "").split(" ").filter(Boolean));
  const isFolded = folded.has(name) || (name === "side" && matchMedia(RAIL).matches && !folded.has("open"));
  folded.delete("open");
  if (isFolded) folded.delete(name);
  else folded.add(name);
  if (name === "side" && isFolded) folded.add("open");
  root.dataset.folded = [...folded].join(" ");
  keep("folded", [...folded].join("."));
  sayFolded();
}

function sayFolded() {
  const folded = (root.dataset.folded ?? "").split(" ");
  for (const button of all("[data-fold]")) {
    const isSide = button.dataset.fold === "side";
    const away = folded.includes(button.dataset.fold) || (isSide && matchMedia(RAIL).matches && !folded.includes("open"));
    button.setAttribute("aria-expanded", String(!away));
  }
}
on("click", "[data-fold]", (button) => foldPanel(button.dataset.fold));
sayFolded();

// The drawer: scrim behind it, focus stays in it, Esc and a tap outside close it.
let opener = null;

function setOpen(open) {
  const side = one("#side");
  side.classList.toggle("open", open);
  all("[data-side]").forEach((button) => button.setAttribute("aria-expanded", String(open)));
  for (const other of [one("#main"), one(".tabbar")]) if (other) other.inert = open;
  one(".scrim")?.remove();
  if (open) {
    const scrim = document.createElement("div");
    scrim.className = "scrim";
    scrim.addEventListener("click", () => setOpen(false));
    side.after(scrim);
    requestAnimationFrame(() => one("a, button", side)?.focus());
  } else if (opener && shown(opener)) opener.focus();
}

on("click", "[data-side]", (button) => {
  opener = button;
  setOpen(!one("#side").classList.contains("open"));
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && one("#side.open")) setOpen(false);
});

matchMedia("(width >= 720px)").addEventListener("change", (query) => {
  if (query.matches && one("#side.open")) setOpen(false);
});

// “Copy”: the field it names; without permission the text is selected instead.
on("click", "[data-copy]", async (button) => {
  const field = one(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.lastChild.textContent = button.dataset.copied;
  } catch {
    field.focus();
  }
});
