/** The editor of a formula: a press on a field or a function puts it where the cursor is. */
import { on, one } from "./dom.js";

on("click", "[data-formula] [data-insert]", (button) => {
  const field = one("textarea", button.closest("[data-formula]"));
  const [start, end] = [field.selectionStart, field.selectionEnd];
  const before = field.value.slice(0, start);
  const space = before && !/[\s(]$/.test(before) ? " " : "";
  field.setRangeText(space + button.dataset.insert, start, end, "end");
  if (button.dataset.insert.endsWith("()")) field.selectionStart = field.selectionEnd -= 1;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
