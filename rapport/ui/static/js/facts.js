/** Facts edited in their place: Esc puts back what was there, Tab saves and opens the next one. */
import { all, on, one } from "./dom.js";

let next = null;

on("keydown", "form[data-inline]", (form, event) => {
  if (event.key === "Escape") {
    event.preventDefault();
    next = form.closest(".fact").id;
    one("[data-cancel-edit]", form).click();
  } else if (event.key === "Tab" && !event.shiftKey && event.target === all(".field :is(input, textarea, select):not([type=hidden])", form).at(-1)) {
    const facts = all(".fact[id]");
    const following = facts.slice(facts.indexOf(form.closest(".fact")) + 1).find((fact) => one("[hx-get]", fact));
    if (!following) return;
    event.preventDefault();
    next = `+${following.id}`;
    if (form.dataset.dirty === undefined) one("[data-cancel-edit]", form).click();
    else form.requestSubmit();
  }
});
// Formatted text holds links of its own, so it is no link itself: a click on its words opens the editor all the same.
on("click", ".fact span.edit", (span, event) => {
  if (!event.target.closest("a, button") && !String(getSelection())) one("a.pen", span)?.click();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.xhr?.status >= 400) next = null;
  if (!next || !event.detail.target?.matches(".fact")) return; // the timeline, too, comes anew after a save
  const link = one(`#${next.replace("+", "")} :is(a.edit, a.pen)`);
  const opens = next.startsWith("+");
  next = null;
  link?.focus();
  if (opens) link?.click();
});
