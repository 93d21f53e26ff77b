/** A stop watch for calls: `data-timer="id of the field that takes the minutes"`, labels in data-start and data-stop. */
import { on, one } from "./dom.js";

const running = new WeakMap();

function show(button, seconds) {
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  button.lastChild.textContent = `${button.dataset.stop} ${clock}`;
}

on("click", "[data-timer]", (button) => {
  const started = running.get(button);
  if (started) {
    clearInterval(started.ticking);
    running.delete(button);
    button.removeAttribute("aria-pressed");
    button.lastChild.textContent = button.dataset.start;
    const field = document.getElementById(button.dataset.timer);
    if (!field) return;
    field.value = String(Math.max(1, Math.round((Date.now() - started.at) / 60000)));
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    return;
  }
  const at = Date.now();
  button.setAttribute("aria-pressed", "true");
  show(button, 0);
  const ticking = setInterval(() => {
    if (!button.isConnected) clearInterval(ticking);
    else show(button, Math.floor((Date.now() - at) / 1000));
  }, 1000);
  running.set(button, { at, ticking });
});
