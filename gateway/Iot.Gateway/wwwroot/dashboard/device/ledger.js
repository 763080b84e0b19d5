// The books of the device: each life of its outbox, and every batch that did not arrive, as a list and on the chart's time axis.
import { count, make, setText } from '../format.js';
import { moment } from '../times.js';
import { breakAt, showSpan, spanOnScreen } from './history.js';
import { drawBand } from './band.js';

const at = id => document.getElementById(id);
const mostListed = 200;
let books = null;
let gaps = null; // until they are told: before that nobody says that nothing is missing

export function showBooks(now) {
  if (JSON.stringify(now) === JSON.stringify(books)) return; // somebody may be copying from it
  books = now;
  at('ledger-empty').hidden = true;
  at('ledger').hidden = false;
  at('ledger-scroll').hidden = books.epochs.length === 0;
  at('ledger-epochs').replaceChildren(...books.epochs.map(epochRow));
  setText(at('ledger-given-up'), books.givenUp ? `${count(books.givenUp)} readings were given up by the device: no room in its outbox, too old, or thinned out.` : '');
  judge();
}

export function showGaps(now) {
  gaps = now;
  const lines = gaps.slice(0, mostListed).map(gapLine);
  if (gaps.length > mostListed) lines.push(make('li', 'muted', `… and ${count(gaps.length - mostListed)} more: iot-gateway ledger names them all.`));
  at('ledger-gaps').replaceChildren(...lines);
  judge();
  breakAt(gaps.filter(gap => gap.after && gap.before).map(gap => (Date.parse(gap.after) + Date.parse(gap.before)) / 2));
  redrawBand();
}

/** The chart's axis has moved, or the gaps have changed. */
export const redrawBand = () => drawBand(books && gaps ? spanOnScreen() : null, gaps ?? [], books?.provable);

function judge() {
  if (!books || !gaps) return;
  const [missing, held, givenUp] = [gap => !gap.givenUp && !gap.held, gap => gap.held, gap => gap.givenUp]
    .map(which => gaps.filter(which).reduce((total, gap) => total + gap.to - gap.from + 1, 0));
  const verdict = at('ledger-verdict');
  verdict.className = !books.balanced || missing || givenUp || books.givenUp ? 'warn' : books.provable ? 'good' : 'muted';
  setText(verdict, !books.balanced ? 'the books do not balance'
    : missing || givenUp || held ? [[missing, 'missing'], [held, 'held by the device'], [givenUp, 'given up']].filter(([n]) => n).map(([n, word]) => `${count(n)} ${word}`).join(', ')
    : books.provable ? 'nothing is missing' : 'not provable: it sends batches without a number');
}

function epochRow(epoch) {
  const wide = ['accepted', 'rejected', 'duplicate'];
  return make('tr', '', make('td', '', make('code', '', epoch.epoch)),
    ...['produced', 'batches', 'missing', 'givenUp', ...wide].map(name =>
      make('td', wide.includes(name) ? 'number wide' : 'number', make('span', (name === 'missing' || name === 'givenUp') && epoch[name] ? 'warn' : '', count(epoch[name])))));
}

function gapLine(gap) {
  const name = gap.from === gap.to ? `Batch ${count(gap.from)}` : `Batches ${count(gap.from)} to ${count(gap.to)}`;
  const line = make('li', '', swatch(gap), name, make('small', '', ` of ${gap.epoch} `),
    gap.givenUp ? 'given up by the device' : gap.held ? 'held by the device, still to come' : 'not arrived, may still come', ...when(gap));
  if (!gap.after && !gap.before) return line;

  const show = make('button', 'quiet small', 'Show');
  show.setAttribute('aria-label', `Show ${name} in the chart`);
  show.type = 'button';
  show.addEventListener('click', () => {
    const [a, b] = [gap.after ?? gap.before, gap.before ?? gap.after].map(Date.parse).sort((x, y) => x - y);
    const room = Math.max(60e3, (b - a) * 2);
    showSpan(a - room, b + room);
    at('chart-title').scrollIntoView({ block: 'start' });
  });
  line.append(' ', show);
  return line;
}

function swatch(gap) {
  const mark = make('span', 'swatch');
  mark.dataset.gap = gap.givenUp ? 'given' : gap.held ? 'held' : 'lost';
  return mark;
}

function when(gap) {
  return gap.after && gap.before ? [make('small', '', ' between ', moment(gap.after), ' and ', moment(gap.before))]
    : gap.before ? [make('small', '', ' before ', moment(gap.before))]
    : gap.after ? [make('small', '', ' after ', moment(gap.after))] : [make('small', '', ' at a time that nobody knows')];
}
