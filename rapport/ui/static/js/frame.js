/** The frame of the page: light or dark, and the sidebar, which on phones is a drawer. */
import { all, on, one, shown } from "./dom.js";

// The theme is kept in a cookie, so that the server draws the page in it from the start.
const root = document.documentElement;

on("click", "[data-theme-toggle]", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
});

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
