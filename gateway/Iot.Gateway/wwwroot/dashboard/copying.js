// Copies texts and says so.
import { setText } from './format.js';

const saidForMs = 4000;
const ends = new WeakMap(); // by the element that says it, the timer that ends it

/**
 * @param said says what came of it for some seconds, then its own words again
 * @param holder the element that holds the text, which is marked: without a clipboard, as on http of another machine, it is copied from there; null when the text stands elsewhere
 * @param byHand what to do when nothing could be copied
 */
export async function copy(text, said, holder, byHand) {
  said.dataset.usual ??= said.textContent;
  mark(holder);
  setText(said, await put(text) || (holder && document.execCommand('copy')) ? 'Copied' : byHand);
  clearTimeout(ends.get(said));
  ends.set(said, setTimeout(() => setText(said, said.dataset.usual), saidForMs));
}

/** Buttons that name the element they copy. */
export function copyButtons() {
  for (const button of document.querySelectorAll('[data-copy]')) {
    const holder = document.getElementById(button.dataset.copy);
    button.addEventListener('click', () => copy(holder.textContent, button, holder, 'Press Ctrl+C'));
  }
}

function mark(holder) {
  if (holder?.select) holder.select();
  else if (holder) getSelection().selectAllChildren(holder);
}

/** False when it is refused, or when there is no clipboard. */
const put = async text => await navigator.clipboard?.writeText(text).then(() => true, () => false) ?? false;
