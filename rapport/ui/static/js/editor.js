/** Formatted text. The textarea of the form stays what is sent; people see and type into an element of the same words.
 *  Only known elements get in, by typing, pasting or dropping; the server looks at all of it again. */
import { handle, keepBlock, put, toggleList, undo } from "./blocks.js";
import { all, on, one } from "./dom.js";

const TAGS = { B: "strong", STRONG: "strong", I: "em", EM: "em", U: "u", S: "s", DEL: "s", STRIKE: "s", CODE: "code", P: "p", DIV: "p",
  BR: "br", UL: "ul", OL: "ol", LI: "li", BLOCKQUOTE: "blockquote", PRE: "pre", H1: "h2", H2: "h2", H3: "h3", H4: "h4", H5: "h4", H6: "h4",
  TR: "p", A: "a" };
const UNREAD = new Set(["SCRIPT", "STYLE", "TEMPLATE", "HEAD", "TITLE", "NOSCRIPT"]);
const LINK = /^(https?:\/\/|mailto:|tel:)/i;
const MARKUP = /^\s*<(p|div|br|ul|ol|li|h[1-6]|blockquote|pre|strong|b|em|i|u|s|a|span|code)\b[^>]*>/i;
const STYLE = /\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)/gi;
const BUILT = new WeakMap(); // box → { area, words, range }

/** Copy what is known of `from` into `into`. */
function copy(from, into) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) into.append(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE || UNREAD.has(node.tagName)) continue;
    let place = into;
    const href = node.tagName === "A" ? (node.getAttribute("href") ?? "").trim() : "";
    if (TAGS[node.tagName] && (node.tagName !== "A" || LINK.test(href))) {
      place = document.createElement(TAGS[node.tagName]);
      if (href) place.href = href;
      into.append(place);
    }
    copy(node, place);
  }
}

/** Styles of what is pasted go before the browser reads them: they would not get in, but each would be reported. */
const unstyled = (html) =>
  html.replace(/<style\b[\s\S]*?<\/style\s*>/gi, "").replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(STYLE, ""));

function fromHtml(html) {
  const made = document.createElement("div");
  copy(new DOMParser().parseFromString(unstyled(html), "text/html").body, made);
  return made;
}

function fill(words, text) {
  words.replaceChildren();
  if (MARKUP.test(text)) words.append(...fromHtml(text).childNodes);
  else {
    for (const part of text.split(/\n\n+/).filter(Boolean)) {
      const paragraph = document.createElement("p");
      part.split("\n").forEach((line, number) => paragraph.append(...(number ? [document.createElement("br"), line] : [line])));
      words.append(paragraph);
    }
  }
  keepBlock(words);
}

function sync(box) {
  const { area, words } = BUILT.get(box);
  area.value = words.textContent.trim() ? `<div>${words.innerHTML}</div>` : "";
}

function build(box) {
  const area = one("textarea", box);
  const words = document.createElement("div");
  words.className = "input words rich";
  Object.assign(words, { contentEditable: "true", role: "textbox", ariaMultiLine: "true", ariaLabel: box.dataset.label });
  words.setAttribute("hx-disable", "");
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (area.hasAttribute(name)) words.setAttribute(name, area.getAttribute(name));
    area.removeAttribute(name);
  }
  const focused = document.activeElement === area || area.autofocus;
  fill(words, area.value);
  area.hidden = true;
  area.required = false;
  area.after(words);
  one("[role=toolbar]", box).hidden = false;
  BUILT.set(box, { area, words, range: null });
  document.execCommand("defaultParagraphSeparator", false, "p");
  if (focused) words.focus();
}

function showState(box) {
  for (const button of all("[data-command]", box)) {
    const command = button.dataset.command;
    if (/^(bold|italic|insert)/.test(command)) button.setAttribute("aria-pressed", String(document.queryCommandState(command)));
  }
}

function askLink(box) {
  const built = BUILT.get(box);
  const selection = getSelection();
  if (!selection.rangeCount || !built.words.contains(selection.anchorNode)) return built.words.focus();
  built.range = selection.getRangeAt(0);
  const line = one(".link-line", box);
  const input = one("input", line);
  line.hidden = input.disabled = false;
  input.value = selection.anchorNode.parentElement?.closest("a")?.getAttribute("href") ?? "";
  input.focus();
}

function setLink(box) {
  const { words, range } = BUILT.get(box);
  const line = one(".link-line", box);
  const input = one("input", line);
  const typed = input.value.trim();
  const href = !typed || LINK.test(typed) ? typed : typed.includes("@") ? `mailto:${typed}` : `https://${typed}`;
  line.hidden = input.disabled = true;
  words.focus();
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  if (!href) document.execCommand("unlink");
  else if (range.collapsed) {
    const made = document.createElement("a");
    Object.assign(made, { href, textContent: typed });
    document.execCommand("insertHTML", false, made.outerHTML);
  } else document.execCommand("createLink", false, href);
}

const COMMANDS = {
  insertUnorderedList: (box) => toggleList(BUILT.get(box).words, "ul"),
  insertOrderedList: (box) => toggleList(BUILT.get(box).words, "ol"),
  link: askLink,
  "set-link": setLink,
  blockquote: () => {
    const inside = getSelection().anchorNode?.parentElement?.closest("blockquote");
    document.execCommand("formatBlock", false, inside ? "p" : "blockquote");
  },
};

function run(button) {
  const box = button.closest("[data-editor]");
  const command = button.dataset.command;
  if (!["link", "set-link"].includes(command)) BUILT.get(box).words.focus();
  (COMMANDS[command] ?? (() => document.execCommand(command)))(box);
  sync(box);
  showState(box);
}

function insert(box, data) {
  const html = data.getData("text/html");
  if (html) put(BUILT.get(box).words, fromHtml(html));
  else document.execCommand("insertText", false, data.getData("text/plain"));
  sync(box);
}

const start = () => all("[data-editor]").forEach((box) => BUILT.has(box) || build(box));
for (const type of ["htmx:afterSettle", "rapport:reloaded"]) document.addEventListener(type, start);
start();

on("pointerdown", "[data-editor] [role=toolbar] button", (button, event) => event.preventDefault()); // the selection stays
on("click", "[data-editor] [data-command]", run);
on("beforeinput", "[data-editor] .words", (words, event) => {
  if (!handle(words, event)) return;
  event.preventDefault();
  sync(words.closest("[data-editor]"));
});
on("input", "[data-editor] .words", (words) => {
  keepBlock(words);
  sync(words.closest("[data-editor]"));
});
on("paste", "[data-editor] .words", (words, event) => {
  event.preventDefault();
  insert(words.closest("[data-editor]"), event.clipboardData);
});
on("drop", "[data-editor] .words", (words, event) => {
  event.preventDefault();
  words.focus();
  insert(words.closest("[data-editor]"), event.dataTransfer);
});
on("keydown", "[data-editor] .words", (words, event) => {
  const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
  if (!isUndo || !undo(words)) return;
  event.preventDefault();
  sync(words.closest("[data-editor]"));
});
on("keydown", "[data-editor] .link-line input", (input, event) => {
  if (event.key !== "Enter" && event.key !== "Escape") return;
  event.preventDefault();
  event.stopPropagation();
  const box = input.closest("[data-editor]");
  if (event.key === "Enter") return run(one("[data-command=set-link]", box));
  one(".link-line", box).hidden = input.disabled = true;
  BUILT.get(box).words.focus();
}, true);
on("keydown", "[data-editor] [role=toolbar]", (bar, event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const buttons = all("button", bar);
  buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length).focus();
});
document.addEventListener("selectionchange", () => {
  const box = getSelection().anchorNode?.parentElement?.closest("[data-editor]");
  if (box && BUILT.has(box)) showState(box);
});
on("click", "label[for]", (label) => {
  const box = document.getElementById(label.htmlFor)?.closest("[data-editor]");
  if (box && BUILT.has(box)) BUILT.get(box).words.focus();
});
