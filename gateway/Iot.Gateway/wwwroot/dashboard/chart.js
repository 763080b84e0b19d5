// The history of one series: asks for it, keeps it up to date, says what it cannot show.
import { count, gatewayNow, quantityText, setText } from './format.js';
import { ask } from './api.js';
import { draw, erase, start as startDrawing } from './drawing.js';
import { keyOf } from './values.js';
import { chosenRange, startRanges, stepFor } from './ranges.js';

const at = id => document.getElementById(id);
const refreshMs = 30000;
let shown = null; // { device, series, points, from, to, every, isLive }
let asked = 0;
let timer = 0;

export const range = () => chosenRange().address;
export const isShowing = () => shown !== null;

export function start(address, changed) {
  startDrawing(() => shown && redraw());
  startRanges(address, () => { changed(); if (shown) load(); });
}

export function clear(text = 'Choose a device and a series to see its history.') {
  shown = null;
  clearTimeout(timer);
  erase();
  at('csv').hidden = true;
  setText(at('chart-series'), '');
  setText(at('chart-summary'), '');
  note(text);
}

export function show(device, series) {
  shown = { device, series, points: [] };
  setText(at('chart-series'), `${device} · ${series.measurement}/${series.field}`);
  note('Loading …');
  load();
}

/** Live values: those of the series shown go on the end of the line until the next full answer. */
export function put(values) {
  if (!shown?.isLive) return;
  const mine = values.find(v => keyOf(v) === keyOf(shown.series));
  if (!mine || typeof mine.value === 'string') return;
  const t = Date.parse(mine.time);
  if (shown.points.length && t <= shown.points.at(-1).t) return;
  const v = Number(mine.value);
  shown.points.push({ t, mean: v, min: v, max: v });
  redraw();
}

async function load() {
  clearTimeout(timer);
  const mine = ++asked;
  const { series } = shown;
  if (series.kind === 'string' || series.kind === 'data') {
    erase();
    return note('Text has no curve. Its values are in the CSV.');
  }

  const chosen = chosenRange();
  const to = chosen.to ?? gatewayNow();
  const from = chosen.from ?? to - chosen.span;
  const every = stepFor(to - from);
  linkCsv(from, to);
  try {
    const points = await fetchPoints(series, from, to, every);
    if (mine !== asked || !shown) return;
    Object.assign(shown, { points: points.rows, cut: points.cut, span: to - from, to, every: every.ms, isLive: chosen.to === null });
    redraw();
  } catch (problem) {
    if (mine === asked && shown) note(`The history cannot be shown: ${problem.message}`);
  }
  if (mine === asked && shown && chosen.to === null) timer = setTimeout(load, refreshMs);
}

/** Mean for the line, least and greatest for the band, so that no spike hides in a bucket. */
async function fetchPoints(series, from, to, every) {
  const query = { device: shown.device, measurement: series.measurement, field: series.field, from: from / 1000, to: to / 1000, limit: 20000 };
  const kinds = !every.text ? [null] : series.kind === 'boolean' ? ['last'] : ['mean', 'min', 'max'];
  const answers = await Promise.all(kinds.map(aggregate =>
    ask('readings', { ...query, ...(aggregate && { every: every.text, aggregate }) })));
  const [mean, min, max] = answers.map(answer => new Map(answer.readings
    .filter(row => (row.tags ?? '') === (series.tags ?? ''))
    .map(row => [Date.parse(row.time), Number(row.value)])));
  const rows = [...mean].map(([t, v]) => ({ t, mean: v, min: min?.get(t) ?? v, max: max?.get(t) ?? v }));
  return { rows, cut: answers.some(answer => answer.truncated) };
}

function redraw() {
  const to = shown.isLive ? gatewayNow() : shown.to;
  const from = to - shown.span;
  while (shown.points.length && shown.points[0].t < from - shown.every) shown.points.shift();
  if (shown.points.length === 0) {
    erase();
    at('chart').setAttribute('aria-label', 'No readings in this range');
    setText(at('chart-summary'), '');
    return note('No readings in this range. Choose a longer one, or wait for the next.');
  }

  note(null);
  draw({ ...shown, from, to });
  summarise(shown.points);
}

function summarise(points) {
  const shownAs = value => quantityText(value, shown.series.unit);
  const low = Math.min(...points.map(p => p.min));
  const high = Math.max(...points.map(p => p.max));
  const text = `lowest ${shownAs(low)} · highest ${shownAs(high)} · last ${shownAs(points.at(-1).mean)} · ${count(points.length)} points`
    + (shown.cut ? ' · cut: the range holds more than can be drawn' : '');
  setText(at('chart-summary'), text);
  at('chart').setAttribute('aria-label', `${shown.series.field} of ${shown.device}: ${text}`);
}

function linkCsv(from, to) {
  const csv = at('csv');
  csv.hidden = false;
  csv.href = `/api/v1/readings?${new URLSearchParams({
    device: shown.device, measurement: shown.series.measurement, field: shown.series.field, from: from / 1000, to: to / 1000, format: 'csv' })}`;
}

function note(text) {
  at('chart-note').hidden = text === null;
  if (text !== null) setText(at('chart-note'), text);
}
