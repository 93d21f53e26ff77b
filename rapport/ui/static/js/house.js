/** The general settings: the colour and the logo are seen at once, before they are saved. */
import { on, one } from "./dom.js";

const show = (hue) => document.documentElement.style.setProperty("--hue", hue);

on("input", "[data-house] [name=own_hue]", (range) => {
  one("[name=hue][value=own]", range.form).checked = true;
  show(range.value);
});
on("change", "[data-house] [name=hue]", (choice) => {
  show(choice.value === "own" ? one("[name=own_hue]", choice.form).value : choice.value);
});

on("change", "[data-house] [name=logo]", (field) => {
  const [file] = field.files;
  if (!file) return;
  // Not a blob address: those are not among the sources of pictures that the policy allows.
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    const picture = new Image();
    picture.src = reader.result;
    picture.alt = file.name;
    one("[data-logo]", field.form).replaceChildren(picture);
  });
  reader.readAsDataURL(file);
});
