// Everything that makes up the view, and the address that reproduces it.
import { fromText, mostPlaces, toText } from './choices.js';
import { comparisons, intervals, spans } from './span.js';

const aggregates = ['mean', 'min', 'max', 'last', 'count'];
const among = (wanted, known, otherwise) => known.includes(wanted) ? wanted : otherwise;

/** What the address does not say, or says wrongly, is as on a first visit. */
export function readView(query) {
  const texts = query.getAll('series').slice(0, mostPlaces);
  const choices = texts.map(text => text === '' ? null : fromText(text));
  const custom = readTimes(query.get('from'), query.get('to'));
  return {
    choices,
    range: custom ? { id: 'custom', ...custom } : { id: among(query.get('range'), Object.keys(spans), '1h') },
    zoom: readTimes(...(query.get('zoom') ?? '').split(',')),
    every: among(query.get('every'), Object.keys(intervals), ''),
    aggregate: among(query.get('aggregate'), aggregates, 'mean'),
    compare: among(query.get('compare'), comparisons, ''),
    unread: texts.filter((text, i) => text !== '' && choices[i] === null).length,
  };
}

export function addressOf(view) {
  const query = new URLSearchParams(view.choices.map(choice => ['series', choice ? toText(choice) : '']));
  if (view.range.id === 'custom') writeTimes(query, view.range);
  else query.set('range', view.range.id);
  if (view.zoom) query.set('zoom', [view.zoom.from, view.zoom.to].map(iso).join());
  if (view.every) {
    query.set('every', view.every);
    query.set('aggregate', view.aggregate);
  }
  if (view.compare) query.set('compare', view.compare);
  return `?${query}`;
}

const iso = t => new Date(t).toISOString();

function writeTimes(query, { from, to }) {
  query.set('from', iso(from));
  query.set('to', iso(to));
}

function readTimes(from, to) {
  const [start, end] = [Date.parse(from ?? ''), Date.parse(to ?? '')];
  return start >= 0 && end > start ? { from: start, to: end } : null;
}
