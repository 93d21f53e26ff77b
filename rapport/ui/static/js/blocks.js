/** Joining paragraphs, making lists and pasting in formatted text. The browser's own ways of moving a block carry its
 *  styles along as attributes, which our policy forbids; so blocks are moved here, and moved back by Undo. */
import { all, one } from "./dom.js";

const BLOCK = "p, h2, h3, h4, pre, li, blockquote";
const LIST = "ul, ol";
const EDITS = new WeakMap(); // words → [{ before, after, from, to }], the last one at the end

const element = (name, ...inside) => {
  const made = document.createElement(name);
  made.append(...inside);
  return made;
};
const isElement = (node, which) => node?.nodeType === Node.ELEMENT_NODE && node.matches(which);

/** The blocks that hold words themselves, in order. */
const blocksOf = (root) => all(BLOCK, root).filter((block) => block.matches("li") || !one(BLOCK, block));

function blockAt(node, words) {
  const block = (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest(BLOCK);
  return block && words.contains(block) && block !== words ? block : null;
}

/** All of a block but the lists in it. */
function insideOf(block) {
  const range = document.createRange();
  const list = [...block.children].find((child) => child.matches(LIST));
  range.selectNodeContents(block);
  if (list) range.setEndBefore(list);
  return range;
}

/** A place as {number of the block, signs before it in there}, and back. */
function placeOf(words, node, offset) {
  const block = blockAt(node, words);
  const range = block && insideOf(block);
  range?.setEnd(node, offset);
  return { number: blocksOf(words).indexOf(block), signs: range ? range.toString().length : 0 };
}

function pointAt(words, { number, signs }) {
  const block = blocksOf(words)[number] ?? words;
  const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  let left = signs;
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (left <= text.length) return [text, left];
    left -= text.length;
  }
  return [block, 0];
}

function select(words, from, to) {
  getSelection().setBaseAndExtent(...pointAt(words, from), ...pointAt(words, to));
}

function ends(words, range) {
  return [
    placeOf(words, range.startContainer, range.startOffset),
    placeOf(words, range.endContainer, range.endOffset),
  ];
}

/** Change the words in a way that can be undone. */
function edit(words, change) {
  const before = words.innerHTML;
  const [from, to] = ends(words, getSelection().getRangeAt(0));
  change();
  keepBlock(words);
  const edits = EDITS.get(words) ?? [];
  EDITS.set(words, [...edits, { before, after: words.innerHTML, from, to }].slice(-50));
}

/** Take back what was moved here, if that came last. True if so. */
export function undo(words) {
  const last = EDITS.get(words)?.at(-1);
  if (!last || last.after !== words.innerHTML) return false;
  EDITS.get(words).pop();
  words.replaceChildren(...new DOMParser().parseFromString(last.before, "text/html").body.childNodes);
  select(words, last.from, last.to);
  return true;
}

/** Words always stand in a block, and there is always one to begin with. */
export function keepBlock(words) {
  const isLoose = (node) => !isElement(node, `${BLOCK}, ${LIST}`);
  const { anchorNode, anchorOffset } = getSelection();
  const loose = [...words.childNodes].filter(isLoose);
  let paragraph = null;
  for (const node of loose) {
    if (!paragraph || node.previousSibling !== paragraph) node.before((paragraph = element("p")));
    paragraph.append(node);
  }
  if (!words.hasChildNodes()) words.append(element("p"));
  for (const block of blocksOf(words)) if (!block.hasChildNodes()) block.append(element("br"));
  if (loose.some((node) => node.contains(anchorNode))) getSelection().collapse(anchorNode, anchorOffset);
}

/** Take a block away, and what it was the last in. */
function drop(block, words) {
  const around = block.parentElement;
  block.remove();
  if (around !== words && !around.hasChildNodes()) drop(around, words);
}

/** Take out what lies between two blocks and make one of what remains of them. False where there is nothing to join. */
export function join(words, { startContainer, startOffset, endContainer, endOffset }) {
  const first = blockAt(startContainer, words);
  const last = blockAt(endContainer, words);
  if (!first || !last || first === last || last.contains(first)) return false;
  const place = placeOf(words, startContainer, startOffset);
  edit(words, () => {
    const range = document.createRange();
    range.setStart(startContainer, startOffset);
    range.setEnd(endContainer, endOffset);
    const rest = insideOf(last);
    rest.setStart(endContainer, endOffset);
    const behind = rest.extractContents();
    range.deleteContents();
    for (const empty of all("br:only-child", first)) empty.remove();
    const inside = insideOf(first);
    inside.collapse(false);
    if (behind.textContent) inside.insertNode(behind);
    const list = one(LIST, last);
    if (list && !first.contains(last)) (first.matches("li") ? first.append(list) : first.after(list));
    if (last.isConnected) drop(last, words);
  });
  select(words, place, place);
  return true;
}

/** One item of a list as a paragraph, the list parted around it. */
function lift(item) {
  const list = item.parentElement;
  const rest = list.cloneNode();
  while (item.nextSibling) rest.append(item.nextSibling);
  const inner = [...item.children].filter((child) => child.matches(LIST));
  const paragraph = element("p", ...[...item.childNodes].filter((child) => !inner.includes(child)));
  item.remove();
  list.after(paragraph, ...inner, ...(rest.hasChildNodes() ? [rest] : []));
  if (!list.hasChildNodes()) list.remove();
}

/** The selected blocks become items of a list (`tag` is ul or ol), or paragraphs again if all of them are that already. */
export function toggleList(words, tag) {
  const [from, to] = ends(words, getSelection().getRangeAt(0));
  if (from.number < 0 || to.number < 0) return;
  const chosen = () => blocksOf(words).slice(from.number, to.number + 1);
  edit(words, () => {
    const isOff = chosen().every((block) => block.parentElement.matches(tag));
    for (const block of chosen()) if (block.matches("li")) lift(block);
    for (const block of isOff ? [] : chosen()) {
      const above = block.previousElementSibling;
      const list = isElement(above, tag) ? above : element(tag);
      if (list !== above) block.before(list);
      list.append(element("li", ...block.childNodes));
      block.remove();
    }
  });
  select(words, from, to);
}

/** Put pasted words where the selection is: words alone into the line, blocks below it. */
export function put(words, pasted) {
  if (!pasted.hasChildNodes()) return;
  if (!getSelection().isCollapsed && !join(words, getSelection().getRangeAt(0))) getSelection().deleteFromDocument();
  const range = getSelection().getRangeAt(0);
  const block = blockAt(range.startContainer, words);
  let last = pasted.lastChild;
  edit(words, () => {
    if (!block || !one(BLOCK, pasted)) {
      const line = document.createDocumentFragment();
      line.append(...pasted.childNodes);
      return range.insertNode(line);
    }
    const rest = insideOf(block);
    rest.setStart(range.startContainer, range.startOffset);
    const behind = element(block.localName, rest.extractContents());
    const parts = block.matches("li") ? blocksOf(pasted).map((part) => element("li", ...part.childNodes)) : [...pasted.childNodes];
    last = parts.at(-1);
    block.after(...parts, ...(behind.textContent ? [behind] : []));
    if (!block.textContent) block.remove();
  });
  const end = document.createRange();
  end.selectNodeContents(last);
  end.collapse(false);
  getSelection().removeAllRanges();
  getSelection().addRange(end);
}

/** What is about to be typed or deleted: true if it was done here. */
export function handle(words, event) {
  if (event.inputType === "historyUndo") return undo(words);
  const range = event.getTargetRanges?.()[0];
  const isOurs = /^(delete|insert(Text|Paragraph|LineBreak|ReplacementText)$)/.test(event.inputType);
  if (!range || !event.cancelable || !isOurs) return false;
  const item = blockAt(range.startContainer, words);
  const isEmptyItem = item?.parentElement.matches(LIST) && !item.textContent;
  if (isEmptyItem && ["deleteContentBackward", "insertParagraph"].includes(event.inputType) && getSelection().isCollapsed) {
    toggleList(words, item.parentElement.localName);
    return true;
  }
  if (range.collapsed || !join(words, range)) return false;
  if (event.inputType === "insertParagraph") document.execCommand("insertParagraph");
  else if (event.inputType.startsWith("insert") && event.data) document.execCommand("insertText", false, event.data);
  return true;
}
