// The newest value of each series of the chosen device: first from the store, then live.
import { make, quantity, setText, showTime } from './format.js';
import { ask } from './api.js';

const body = document.getElementById('values');
const empty = document.getElementById('values-empty');
const series = new Map();
let device = null;

export const keyOf = s => [s.measurement, s.field, s.tags ?? ''].join('\u001f');
export const find = key => series.get(key)?.data ?? null;

export function start(choose) {
  body.addEventListener('click', event => {
    const row = event.target.closest('tr');
    if (!row) return;
    event.preventDefault();
    choose(row.dataset.key);
  });
}

/** Empties the table and fills it with what is stored. */
export async function show(chosen) {
  device = chosen;
  series.clear();
  body.replaceChildren();
  note('Waiting for values …');
  try {
    const known = (await ask('series', { device: chosen })).series;
    if (device !== chosen || known.length === 0) return;
    put(chosen, known.map(s => ({ ...s, time: s.last })));
    const latest = await ask('readings', { device: chosen, every: '1d', aggregate: 'last', limit: 2000,
      from: oldestShown(known) });
    if (device === chosen) put(chosen, latest.readings.map(row => stored(row)).filter(Boolean));
  } catch (problem) {
    if (device === chosen && series.size === 0) note(`Stored series cannot be listed: ${problem.message} Live values appear as they come.`);
  }
}

/** @returns keys that are new. */
export function put(from, values) {
  if (from !== device) return [];
  const added = values.filter(v => showValue(v)).map(keyOf);
  if (added.length) note(null);
  return added;
}

export const firstKey = () => body.firstElementChild?.dataset.key ?? null;

export function markChosen(key) {
  for (const [name, cells] of series) cells.row.classList.toggle('chosen-row', name === key);
}

// Series that stopped long ago keep their time and show no value; a day's bucket holds the others.
const oldestShown = known => Math.max(...known.map(s => Date.parse(s.last))) / 1000 - 86400;

function stored(row) {
  const known = find(keyOf(row));
  return known && known.value === undefined ? { ...known, value: row.value } : null;
}

function note(text) {
  empty.hidden = text === null;
  document.getElementById('values-scroll').hidden = text !== null;
  if (text !== null) setText(empty, text);
}

function showValue(value) {
  const key = keyOf(value);
  const isNew = !series.has(key);
  const cells = series.get(key) ?? addRow(key, value);
  if (cells.data.value !== undefined && Date.parse(value.time) < Date.parse(cells.data.time)) return isNew;

  const before = cells.data.value;
  cells.data = { ...cells.data, ...value };
  showTime(cells.time, cells.data.time);
  const [number, unit] = cells.data.value === undefined ? ['–', ''] : quantity(cells.data.value, cells.data.unit);
  setText(cells.value, number);
  cells.value.title = String(cells.data.value ?? 'no value in the last day');
  setText(cells.unit, unit ? ` ${unit}` : '');
  if (before !== undefined && before !== cells.data.value) flash(cells.row);
  return isNew;
}

function flash(row) {
  row.classList.remove('fresh');
  void row.offsetWidth; // starts the animation again
  row.classList.add('fresh');
}

function addRow(key, data) {
  const link = make('a', '', data.field);
  link.href = `?series=${encodeURIComponent(key)}`;
  const cells = { data, value: make('span', 'value'), unit: make('span', 'unit'), time: make('time') };
  const where = [data.measurement, data.tags].filter(Boolean).join(' · ');
  cells.row = make('tr', '', make('td', '', link, ' ', make('small', '', where)), make('td', 'number', cells.value, cells.unit), make('td', '', cells.time));
  cells.row.dataset.key = key;
  series.set(key, cells);
  const after = [...body.children].find(row => row.dataset.key > key);
  body.insertBefore(cells.row, after ?? null);
  return cells;
}
