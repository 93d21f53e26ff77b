/** The time zone of this device: chosen at once where nothing was chosen before, else offered. */
import { all, one } from "./dom.js";

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const select of all("select[data-guess-zone]")) {
  const known = all("option", select).some((option) => option.value === here);
  if (!known || select.value === here) continue;
  if (select.dataset.guessZone === "now") {
    select.value = here;
    continue;
  }
  const offer = one("[data-zone-offer]");
  offer.textContent = offer.dataset.text.replace("%s", here);
  offer.hidden = false;
  offer.addEventListener("click", () => {
    select.value = here;
    select.dispatchEvent(new Event("input", { bubbles: true }));
    offer.hidden = true;
  });
}
