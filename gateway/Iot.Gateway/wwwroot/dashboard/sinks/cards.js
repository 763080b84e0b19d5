// A card a sink: is it well and since when, what is it owed, how old is that, how fast does it go, what failed.
import { count, make, perSecond, setText, showTime, gatewayNow } from '../format.js';

const lateMs = 60000;
const cards = new Map();
const circuitText = { closed: 'circuit closed', 'half-open': 'trying', open: 'circuit open' };
const kindText = {
  unavailable: 'no answer', overloaded: 'overloaded', needs_person: 'needs a person', malformed: 'bad lines', partial_write: 'partly refused',
  too_large: 'too large, sent in pieces', write_failed: 'write failed',
};

export function showSinks(sinks) {
  for (const sink of sinks) show(sink, cards.get(sink.name) ?? add(sink.name));
}

function show(sink, card) {
  const isWell = !sink.problem;
  card.pill.dataset.state = sink.circuit === 'none' ? (isWell ? 'closed' : 'open') : isWell ? sink.circuit : sink.circuit === 'closed' ? 'open' : sink.circuit;
  setText(card.state, sink.circuit === 'none' ? (isWell ? 'working' : 'in trouble') : !isWell && sink.circuit === 'closed' ? 'held back' : circuitText[sink.circuit]);
  moment(card.since, sink.since);
  setText(card.problem, sink.problem ?? '');
  setText(card.pending, count(sink.pending));
  moment(card.oldest, sink.oldestPending);
  const isLate = sink.oldestPending && gatewayNow() - Date.parse(sink.oldestPending) > lateMs;
  card.oldest.classList.toggle('late', Boolean(isLate));
  if (!sink.oldestPending) setText(card.oldest, sink.pending > 0 ? 'not known' : '–');
  setText(card.rate, perSecond(sink.rate));
  moment(card.stored, sink.lastStored);
  if (!sink.lastStored) setText(card.stored, 'not since the start');
  setText(card.total, `${count(sink.stored)} readings`);
  setText(card.dead, count(sink.deadLettered));
  setText(card.attempts, `${count(sink.attempts)} since the start${sink.repeated ? `, ${count(sink.repeated)} of them made once more` : ''}`);
  showFailures(card, sink.failures);
}

function showFailures(card, failures) {
  card.failures.hidden = failures.length === 0;
  setText(card.summary, `Failures since the start: ${failures.map(f => `${kindText[f.kind] ?? f.kind} ${count(f.count)}`).join(', ')}`);
  const key = JSON.stringify(failures);
  if (card.list.dataset.key === key) return; // what is read does not move
  card.list.dataset.key = key;
  card.list.replaceChildren(...failures.map(f => {
    const last = make('time');
    showTime(last, f.last);
    return make('li', '', make('strong', '', kindText[f.kind] ?? f.kind), ` ${count(f.count)}, the last `, last, make('br'), make('span', 'muted', f.words));
  }));
}

/** Nothing, or a time that goes on by itself. */
function moment(element, at) {
  if (!at) {
    element.replaceChildren();
    return;
  }
  if (!element.firstElementChild) element.replaceChildren(make('time'));
  showTime(element.firstElementChild, at);
}

function add(name) {
  const card = {
    pill: make('span', 'pill'), state: make('span'), since: make('span', 'muted'), problem: make('p', 'problem'),
    pending: make('span'), oldest: make('p'), rate: make('span'), stored: make('dd'), total: make('dd'), dead: make('a'), attempts: make('dd'),
    failures: make('details'), summary: make('summary'), list: make('ul'),
  };
  card.pill.append(card.state);
  card.dead.href = `/dead-letters?state=all`;
  card.failures.append(card.summary, card.list);
  const figure = (value, name) => make('div', '', value, make('p', 'muted', name));
  const root = make('article', 'card sink',
    make('h2', '', name, make('span', '', card.pill, ' ', card.since)), card.problem,
    make('div', 'figures', figure(make('p', '', card.pending), 'readings wait'), figure(card.oldest, 'the oldest of them came'), figure(make('p', '', card.rate), 'readings stored a second')),
    make('dl', 'facts', make('dt', '', 'Last success'), card.stored, make('dt', '', 'Stored'), card.total, make('dt', '', 'Dead letters'), make('dd', '', card.dead), make('dt', '', 'Attempts'), card.attempts),
    card.failures);
  root.dataset.sink = name;
  card.problem.setAttribute('role', 'status');
  if (cards.size === 0) document.getElementById('sinks').replaceChildren();
  document.getElementById('sinks').append(root);
  cards.set(name, card);
  return card;
}
