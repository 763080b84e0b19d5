// The strip of figures on top, and the books below it.
import { bytes, count, make, perSecond, seconds, setText } from './format.js';

const at = id => document.getElementById(id);

export function showOverview(o) {
  setText(at('rate'), perSecond(o.readingsPerSecond));
  setText(at('received'), count(o.books.received));
  setText(at('ingest'), o.ingest ? seconds(o.ingest.median) : '–');
  setText(at('ingest-detail'), o.ingest ? `99 of 100 within ${seconds(o.ingest.p99)}` : 'no messages in the last half minute');
  setText(at('online'), count(o.online));
  setText(at('devices'), count(o.devices));
  setText(at('connections'), count(o.connections));
  setText(at('pending'), count(o.pending));
  showJournal(o.journal);
  o.sinks.forEach(showSink);
  showBooks(o.books);
}

function showJournal(j) {
  setText(at('journal'), `${bytes(j.bytes)} of ${bytes(j.maxBytes)}${j.isFull ? ': full, nothing is acknowledged' : ' on disk'}`);
  at('journal-use').value = j.maxBytes ? Math.min(1, j.bytes / j.maxBytes) : 0;
  at('spool-card').classList.toggle('full', j.isFull);
  at('journal').parentElement.classList.toggle('bad', j.isFull);
}

const circuitText = { closed: 'circuit closed', 'half-open': 'trying', open: 'circuit open', none: 'working' };

function showSink(sink) {
  const id = `sink-${sink.name}`;
  let card = document.getElementById(id);
  if (!card) {
    card = make('div', 'card', make('h2', '', `${sink.name} sink `, make('span', 'pill')), make('p', 'figure'), make('p', 'detail'));
    card.id = id;
    at('strip').append(card);
  }
  const pill = card.querySelector('.pill');
  const state = sink.problem && sink.circuit === 'none' ? 'open' : sink.circuit === 'none' ? 'closed' : sink.circuit;
  pill.dataset.state = state;
  setText(pill, sink.problem && sink.circuit === 'none' ? 'in trouble' : circuitText[sink.circuit]);
  const figure = card.querySelector('.figure');
  if (!figure.firstChild) figure.append(make('span'), make('small', '', ' pending'));
  setText(figure.firstChild, count(sink.pending));
  const detail = card.querySelector('.detail');
  detail.classList.toggle('bad', Boolean(sink.problem));
  setText(detail, sink.problem ?? 'all is well');
}

function showBooks(b) {
  const lines = [
    equation('received', b.received, [['accepted', b.accepted], ['rejected', b.rejected], ['duplicate', b.duplicate]], b.balanced, 'Gateway'),
    ...b.sinks.map(s => equation('accepted', b.accepted, [
      ...(s.before ? [['before this sink', s.before]] : []),
      ['stored', s.stored], ['pending', s.pending], ['dead-lettered', s.deadLettered]], s.balanced, s.sink)),
  ];
  at('books').replaceChildren(...lines);
}

function equation(name, total, parts, balanced, sink) {
  const mark = make('span', 'mark', balanced ? '✓' : '✗');
  mark.setAttribute('role', 'img');
  mark.setAttribute('aria-label', balanced ? 'balances' : 'does not balance');
  const line = make('li', balanced ? '' : 'off', mark, make('strong', '', sink), term(name, total), make('span', 'sign', '='));
  parts.forEach(([part, n], i) => line.append(...(i ? [make('span', 'sign', '+')] : []), term(part, n)));
  return line;
}

const term = (name, n) => make('span', 'term', make('small', '', name), count(n));
