// What the page asks the API. Whoever asks hands in a signal, and so can take the question back.
import { ask } from '../api.js';
import { covers, isAll, keyOf, mostPlaces } from './choices.js';
import { groupsOf, named } from './groups.js';

const day = 86400;
const longestBucket = 366;
const mostRows = 500000;
const seconds = t => (t / 1000).toFixed(3);
const range = ({ from, to }) => [['from', seconds(from)], ['to', seconds(to)]];

/** The series behind the choices, with kind, unit and colour, and for all devices of a field how many there are: as many are drawn as there are colours. */
export async function resolve(choices, signal) {
  const wanted = choices.flatMap((choice, place) => choice ? [{ ...choice, colour: place + 1 }] : []);
  const [known, ...fields] = await Promise.all([
    stored(wanted.filter(choice => !isAll(choice)), signal),
    ...wanted.filter(isAll).map(choice => ask('series', [['measurement', choice.measurement], ['field', choice.field], ['limit', mostPlaces]], signal)),
  ]);
  const series = wanted.filter(choice => !isAll(choice)).map(choice => ({ ...choice, ...known.get(keyOf(choice)), isStored: known.has(keyOf(choice)) }));
  const free = Array.from({ length: mostPlaces }, (_, i) => i + 1).filter(colour => !series.some(s => s.colour === colour));
  const left = wanted.filter(isAll).map((choice, i) => {
    const more = fields[i].series.filter(s => !series.some(one => keyOf(one) === keyOf(s))).slice(0, free.length);
    series.push(...more.map(s => ({ ...s, colour: free.shift(), isStored: true })));
    return { choice, total: fields[i].matching, drawn: series.filter(s => covers(choice, s)).length };
  });
  return { series, left };
}

async function stored(choices, signal) {
  if (choices.length === 0) return new Map();
  const names = ['device', 'measurement', 'field'].flatMap(name => [...new Set(choices.map(choice => choice[name]))].map(value => [name, value]));
  const { series } = await ask('series', names, signal);
  return new Map(series.map(s => [keyOf(s), s]));
}

/** @param shape { points } or { every, aggregate } @returns the points of each series by its key, and whether rows were left out */
export async function curves(series, span, shape, signal) {
  const found = new Map(series.map(s => [keyOf(s), []]));
  const answers = await Promise.all(groupsOf(series).map(group =>
    ask('readings', [...named(group), ...range(span), ...Object.entries(shape), ['limit', mostRows]], signal)));
  for (const row of answers.flatMap(answer => answer.readings)) {
    if (typeof row.value === 'string' || row.value === null) continue;
    found.get(keyOf(row))?.push({ t: Date.parse(row.time), at: row.time, v: Number(row.value), value: row.value });
  }
  return { found, isCut: answers.some(answer => answer.truncated) };
}

/** Of the readings in the range, whatever is drawn of them: one bucket around all of it, where days allow. */
export async function figures(series, span, signal) {
  const found = new Map(series.map(s => [keyOf(s), {}]));
  if (series.length === 0) return found;
  const every = `${bucketAround(span)}d`;
  const names = ['device', 'measurement', 'field', 'tags'].flatMap(name => [...new Set(series.map(s => s[name] ?? ''))].map(value => [name, value]));
  for (const aggregate of ['count', 'mean', 'min', 'max', 'last']) {
    const answer = await ask('readings', [...names, ...range(span), ['every', every], ['aggregate', aggregate]], signal);
    for (const row of answer.readings) {
      const mine = found.get(keyOf(row));
      if (mine) mine[aggregate] = together[aggregate](mine, row.value);
    }
  }
  return found;
}

const together = {
  count: (mine, n) => { mine.counts = [...mine.counts ?? [], n]; return (mine.count ?? 0) + n; },
  mean: (mine, v) => {
    mine.means = [...mine.means ?? [], v];
    return mine.means.length === 1 ? v : mine.means.reduce((sum, mean, i) => sum + mean * (mine.counts?.[i] ?? 1), 0) / mine.count;
  },
  min: (mine, v) => mine.min === undefined ? v : Math.min(mine.min, v),
  max: (mine, v) => mine.max === undefined ? v : Math.max(mine.max, v),
  last: (_, v) => v,
};

/** Buckets are aligned to 1970: the widest, in days, that holds the whole range. */
function bucketAround({ from, to }) {
  for (let days = longestBucket; days > longestBucket / 2; days--) {
    const width = days * day * 1000;
    if (Math.floor(from / width) === Math.floor((to - 1) / width)) return days;
  }
  return longestBucket;
}

/** What the files and queries hold: exactly what is chosen, of all devices too. One of the parts each, mostly there is one. */
export function parts(choices, series, span, shape) {
  const all = choices.filter(choice => choice && isAll(choice));
  const single = series.filter(s => s.isStored && !all.some(choice => covers(choice, s)));
  const groups = [...groupsOf(single), ...all.map(choice => ({ measurement: [choice.measurement], field: [choice.field] }))];
  const asked = shape.every ? Object.entries(shape) : [];
  return groups.map(group => [...named(group), ...range(span), ...asked]);
}
