/** What is seen while htmx works: a line on top after 300 ms, aria-busy on the target, a toast when it fails. */
import { one, say } from "./dom.js";
import { showToast } from "./toasts.js";

const PATIENCE = 300;
let underWay = 0;
let timer;

function count(step) {
  underWay = Math.max(0, underWay + step);
  if (underWay && !timer) {
    timer = setTimeout(() => {
      const bar = document.createElement("div");
      bar.className = "topbar";
      document.body.append(bar);
    }, PATIENCE);
  } else if (!underWay) {
    clearTimeout(timer);
    timer = undefined;
    one(".topbar")?.remove();
  }
}

document.addEventListener("htmx:beforeSend", (event) => {
  count(1);
  event.detail.target?.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", (event) => {
  count(-1);
  event.detail.target?.removeAttribute("aria-busy");
});

/** Send the same request again, by the event that sent it the first time. */
const again = (detail) => () => {
  const type = detail.requestConfig?.triggeringEvent?.type ?? "click";
  if (type === "submit") detail.elt.closest("form")?.requestSubmit();
  else window.htmx.trigger(detail.elt, type);
};

for (const type of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(type, (event) => showToast({ text: say("offline"), tone: "red", retry: again(event.detail) }));
}
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (xhr.getResponseHeader("HX-Trigger")?.includes('"toast"')) return; // the server has said it better
  if (xhr.status >= 500) showToast({ text: say("error"), tone: "red", retry: again(event.detail) });
  else showToast({ text: say("refused"), tone: "red" });
});
