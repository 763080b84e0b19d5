// Copies a text and says so.
import { setText } from '../format.js';

/** @param shown holds the text, too: without a clipboard, as on http of another machine, it is marked for copying by hand; null when the text stands elsewhere */
export async function copy(text, said, shown, byHand) {
  try {
    await navigator.clipboard.writeText(text);
    setText(said, 'Copied');
  } catch {
    shown?.select(); // refused, or there is no clipboard: the text itself is there
    setText(said, byHand);
  }
  setTimeout(() => setText(said, ''), 4000);
}
