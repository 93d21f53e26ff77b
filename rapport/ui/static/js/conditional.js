/** Fields that are asked, required or locked under a condition come, go and say why while values are typed. What holds
 *  is told by the server, which decides when the form is saved. */
import { on, one } from "./dom.js";

const WAIT = 250; // milliseconds
const waiting = new WeakMap();

async function look(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  const asked = {};
  waiting.set(form, asked);
  const answer = await fetch(form.dataset.conditions, { method: "POST", body: data }).catch(() => null);
  if (!answer?.ok || waiting.get(form) !== asked) return; // something newer is under way
  for (const [key, state] of Object.entries(await answer.json())) {
    const field = one(`[data-under="${key}"]`, form);
    if (!field) continue;
    field.hidden = !state.shown;
    field.disabled = !state.shown || state.locked;
    one("[data-why]", field).textContent = state.shown ? state.why : "";
  }
}

let timer;
for (const type of ["input", "change"]) {
  on(type, "form[data-conditions] *", (_field, event) => {
    const form = event.target.closest("form");
    clearTimeout(timer);
    timer = setTimeout(() => look(form), WAIT);
  });
}
