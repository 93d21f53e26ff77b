/** A session that ended while a page was open: what was written stays, and is sent again after signing in, by the same
 *  person only. Loaded when an answer says so, or before a long text is sent the plain way. */
import { all, one, say } from "./dom.js";

const LOOK_EVERY = 3000;
let waiting = [];
let watch;

/** Who this browser is signed in as: `{user, csrf}`; rejects when there is no answer. */
export async function who() {
  const answer = await fetch("/session", { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) throw new Error("no answer");
  return answer.json();
}

/** The stamp of the person whom this page was drawn for. */
export const mine = () => one("[data-user]")?.dataset.user ?? "";

/** Put the token of the new session wherever the page sends one from. */
function renew(csrf) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": csrf }));
  all("input[name=csrfmiddlewaretoken]").forEach((input) => (input.value = csrf));
}

const dialog = () => one("#signed-out");

async function look() {
  const { user, csrf } = await who().catch(() => ({ user: "" }));
  one("[data-other]", dialog()).hidden = !user || user === mine();
  if (!user || user !== mine()) return false;
  renew(csrf);
  stop();
  dialog().close();
  const sends = waiting;
  waiting = [];
  sends.forEach((send) => send());
  return true;
}

function stop() {
  clearInterval(watch);
  removeEventListener("focus", look);
}

/** Call `send` as soon as the person of this page is signed in: at once, or after the dialog has asked for it. */
export async function whenSignedIn(send) {
  waiting.push(send);
  if (!dialog() || (await look()) || dialog().open) return;
  dialog().showModal();
  watch = setInterval(look, LOOK_EVERY);
  addEventListener("focus", look);
  dialog().addEventListener("close", () => (stop(), (waiting = [])), { once: true });
}

/** Before a form is sent the plain way: its text would be lost on the way over the page for signing in. */
export async function beforeSending(send) {
  const now = await who().catch(() => null);
  if (!now) document.dispatchEvent(new CustomEvent("toast", { detail: { text: say("offline"), tone: "red" } }));
  else if (now.user === mine()) {
    renew(now.csrf);
    send();
  } else whenSignedIn(send);
}
