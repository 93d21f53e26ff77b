/** The service worker, which keeps the shell for when there is no net, and word of a new version. */
import { one, say } from "./dom.js";

const LOOK_EVERY = 3600000;

const told = (worker) =>
  document.dispatchEvent(
    new CustomEvent("toast", {
      detail: { text: say("newVersion"), tone: "grey", again: say("reload"), retry: () => worker.postMessage("take over") },
    }),
  );

const registration = await navigator.serviceWorker.register("/sw.js").catch(() => null);
if (registration) {
  if (registration.waiting && navigator.serviceWorker.controller) told(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker.addEventListener("statechange", () => {
      if (worker.state === "installed" && navigator.serviceWorker.controller) told(worker);
    });
  });
  setInterval(() => registration.update().catch(() => null), LOOK_EVERY);
  let wasControlled = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (wasControlled && !one("form[data-dirty]")) location.reload();
    wasControlled = true;
  });
}
