// The newest value of each series of the device: first from the store, then live. What is ticked is in the chart.
import { make, quantity, setText, showTime } from '../format.js';
import { ask } from '../api.js';

const body = document.getElementById('values');
const empty = document.getElementById('values-empty');
const series = new Map();
const skips = { first: 0, last: -Infinity };
const [saidAfterMs, overAfterMs] = [2000, 5000];

/** Also in the address: as readable as names are. */
export const keyOf = s => `${s.measurement}/${s.field}${s.tags ? `?${s.tags}` : ''}`;
export const find = key => series.get(key)?.data ?? null;
export const firstKey = () => body?.firstElementChild?.dataset.key ?? null;

/** @param on only: show this series alone; toggle: take it in or out. */
export function start(on) {
  body.addEventListener('click', event => {
    const row = event.target.closest('tr');
    if (!row) return;
    if (event.target.type === 'checkbox') return on.toggle(find(row.dataset.key));
    event.preventDefault();
    on.only(find(row.dataset.key));
  });
}

/** Fills the table with what is stored. */
export async function show(device) {
  try {
    const known = (await ask('series', { device })).series;
    if (known.length === 0) return series.size || say('Nothing of it is stored yet. Live values appear as they come.');
    put(known.map(s => ({ ...s, time: s.last })));
    const latest = await ask('readings', { device, every: '1d', aggregate: 'last', limit: 2000, from: oldestShown(known) });
    put(latest.readings.map(stored).filter(Boolean));
  } catch (problem) {
    if (series.size === 0) say(`Stored series cannot be listed: ${problem.message} Live values appear as they come.`);
  }
}

export function put(values) {
  values.forEach(showValue);
  if (series.size) say(null);
}

export function mark(keys) {
  for (const [name, cells] of series) {
    cells.row.classList.toggle('chosen-row', keys.includes(name));
    cells.tick.checked = keys.includes(name);
  }
}

/** More comes than the gateway shows live: said once that goes on for a while, and until it has been over for a while. */
export function skipped() {
  const now = performance.now();
  if (now - skips.last > overAfterMs) skips.first = now;
  skips.last = now;
}

/** Once a second. */
export function tick() {
  document.getElementById('values-skipped').hidden = performance.now() - skips.last > overAfterMs || skips.last - skips.first < saidAfterMs;
}

export const note = text => setText(document.getElementById('values-note'), text);

// Series that stopped long ago keep their time and show no value; a day's bucket holds the others.
const oldestShown = known => Math.max(...known.map(s => Date.parse(s.last))) / 1000 - 86400;

function stored(row) {
  const known = find(keyOf(row));
  return known && known.value === undefined ? { ...known, value: row.value } : null;
}

function say(text) {
  empty.hidden = text === null;
  document.getElementById('values-scroll').hidden = text !== null;
  if (text !== null) setText(empty, text);
}

function showValue(value) {
  const key = keyOf(value);
  const cells = series.get(key) ?? addRow(key, value);
  if (cells.data.value !== undefined && Date.parse(value.time) < Date.parse(cells.data.time)) return;

  const before = cells.data.value;
  cells.data = { ...cells.data, ...value };
  showTime(cells.time, cells.data.time);
  const [number, unit] = cells.data.value === undefined ? ['–', ''] : quantity(cells.data.value, cells.data.unit);
  setText(cells.value, number);
  cells.value.title = String(cells.data.value ?? 'no value in the last day');
  setText(cells.unit, unit ? ` ${unit}` : '');
  if (before !== undefined && before !== cells.data.value) flash(cells.row);
}

function flash(row) {
  row.classList.remove('fresh');
  void row.offsetWidth; // starts the animation again
  row.classList.add('fresh');
}

function addRow(key, data) {
  const link = make('a', '', data.field);
  link.href = `?series=${encodeURIComponent(key)}`;
  const tick = make('input');
  tick.type = 'checkbox';
  tick.setAttribute('aria-label', `${data.field} in the chart`);
  const cells = { data, tick, value: make('span', 'value'), unit: make('span', 'unit'), time: make('time') };
  const where = [data.measurement, data.tags].filter(Boolean).join(' · ');
  cells.row = make('tr', '', make('td', 'tick', tick), make('td', '', link, ' ', make('small', '', where)), make('td', 'number', cells.value, cells.unit), make('td', '', cells.time));
  cells.row.dataset.key = key;
  series.set(key, cells);
  const after = [...body.children].find(row => row.dataset.key > key);
  body.insertBefore(cells.row, after ?? null);
  return cells;
}
