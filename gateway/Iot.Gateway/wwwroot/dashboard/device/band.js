// Missing batches on the chart's time axis, below it. For the eye: the ledger's list says the same in words.
import { count, make, setText } from '../format.js';

const band = document.getElementById('gap-band');
const note = document.getElementById('gap-note');
const kinds = [['lost', 'not arrived'], ['held', 'held by the device, to come'], ['given', 'given up by the device']];
const leastWidth = 0.4; // per cent: a second in a month must still be seen
const openWidth = 1.5; // of a gap of which one end is known
const kindOf = gap => gap.givenUp ? 'given' : gap.held ? 'held' : 'lost';

/** @param span { from, to } of what the chart shows; null when it shows nothing. */
export function drawBand(span, gaps, isProvable) {
  const shown = span ? gaps.map(gap => place(gap, span)).filter(Boolean) : [];
  band.classList.toggle('unproved', !isProvable || !span);
  band.replaceChildren(...shown.map(({ gap, left, width, isOpen }) => {
    const piece = make('div', isOpen ? 'gap open' : 'gap');
    piece.dataset.gap = kindOf(gap);
    piece.style.left = `${left}%`;
    piece.style.width = `${width}%`;
    piece.title = `${gap.from === gap.to ? `Batch ${count(gap.from)}` : `Batches ${count(gap.from)} to ${count(gap.to)}`}: ${kinds.find(([kind]) => kind === kindOf(gap))[1]}`;
    return piece;
  }));
  band.dataset.gaps = shown.length;
  note.replaceChildren();
  if (!span) return;
  if (shown.length === 0) setText(note, isProvable ? 'No batch is missing in this range.' : 'Batches without numbers: whether one is missing cannot be known.');
  else note.append(...legend(shown));
}

function legend(shown) {
  return kinds.flatMap(([kind, word]) => {
    const batches = shown.filter(({ gap }) => kindOf(gap) === kind).reduce((total, { gap }) => total + gap.to - gap.from + 1, 0);
    if (batches === 0) return [];
    const mark = make('span', 'swatch');
    mark.dataset.gap = kind;
    return [make('span', 'key', mark, `${count(batches)} ${batches === 1 ? 'batch' : 'batches'} ${word}`)];
  });
}

/** Where it lies, in per cent of the axis; null outside of it. Batches that overlap in time have their ends the other way round. */
function place(gap, { from, to }) {
  const ends = [gap.after, gap.before].filter(Boolean).map(Date.parse).sort((a, b) => a - b);
  if (ends.length === 0) return null;

  const share = t => (t - from) / (to - from) * 100;
  let [left, right] = [share(ends[0]), share(ends.at(-1))];
  const isOpen = ends.length === 1;
  if (isOpen) [left, right] = gap.before ? [right - openWidth, right] : [left, left + openWidth];
  if (right < 0 || left > 100) return null;

  left = Math.max(0, Math.min(left, 100 - leastWidth));
  return { gap, left, width: Math.max(leastWidth, Math.min(100, right) - left), isOpen };
}
