// The books of the chosen device: each life of its outbox, and every batch that did not arrive.
import { ask } from './api.js';
import { count, make, setText } from './format.js';

const at = id => document.getElementById(id);
const refreshEvery = 5000;
let device = null;
let shownAt = 0;

export async function show(chosen) {
  device = chosen;
  shownAt = Date.now();
  try {
    const books = await ask(`ledger/${encodeURIComponent(chosen)}`, {});
    if (device === chosen) showBooks(books);
  } catch (problem) {
    if (device === chosen) note(problem.message);
  }
}

/** Called once a second: asks again when what is shown is old. */
export function refresh() {
  if (device && Date.now() - shownAt >= refreshEvery) show(device);
}

function showBooks(books) {
  note(null);
  const missing = sum(books.epochs, 'missing');
  const givenUp = sum(books.epochs, 'givenUp');
  const held = books.gaps.filter(gap => gap.held).reduce((total, gap) => total + gap.to - gap.from + 1, 0);
  const verdict = at('ledger-verdict');
  verdict.className = !books.balanced || missing > held || givenUp || books.givenUp ? 'warn' : books.provable ? 'good' : 'muted';
  setText(verdict, !books.balanced ? 'the books do not balance'
    : missing > held || givenUp ? `${count(missing)} missing, ${count(givenUp)} given up`
    : held ? `${count(held)} batches held by the device`
    : books.provable ? 'nothing is missing' : 'not provable: it sends batches without a number');
  setText(at('ledger-given-up'), books.givenUp ? `${count(books.givenUp)} readings were given up by the device: no room in its outbox, too old, or thinned out.` : '');
  at('ledger-epochs').replaceChildren(...books.epochs.map(epochRow));
  at('ledger-gaps').replaceChildren(...books.gaps.map(gapLine));
}

const sum = (epochs, name) => epochs.reduce((total, epoch) => total + epoch[name], 0);

function epochRow(epoch) {
  const wide = ['accepted', 'rejected', 'duplicate'];
  return make('tr', '', make('td', '', make('code', '', epoch.epoch)),
    ...['produced', 'batches', 'missing', 'givenUp', ...wide].map(name =>
      make('td', wide.includes(name) ? 'number wide' : 'number', make('span', (name === 'missing' || name === 'givenUp') && epoch[name] ? 'warn' : '', count(epoch[name])))));
}

const gapLine = gap => make('li', '',
  gap.from === gap.to ? `Batch ${count(gap.from)}` : `Batches ${count(gap.from)} to ${count(gap.to)}`,
  make('small', '', ` of ${gap.epoch} `), gap.givenUp ? 'given up by the device' : gap.held ? 'held by the device, still to come' : 'not arrived, may still come');

function note(text) {
  at('ledger-empty').hidden = text === null;
  at('ledger').hidden = text !== null;
  if (text === null) return;

  setText(at('ledger-empty'), text);
  setText(at('ledger-verdict'), '');
}
