// The history of one to four series: which, of what time, asked for again when the chart is zoomed, kept up to date while it moves with the clock.
import { count, gatewayNow, make, quantityText, setText } from '../format.js';
import { ask } from '../api.js';
import { toText } from '../explore/choices.js';
import * as cursor from './cursor.js';
import * as plot from './plot.js';
import * as span from './span.js';
import { keyOf } from './values.js';

const at = id => document.getElementById(id);
const most = 4;
const refreshMs = 30000; // what live values skipped is asked for
const lateMs = 2000; // until what arrived is stored
const mostPoints = 4000;
let device = null;
let drawn = () => {};
let lines = []; // { key, series, points: [{ t, time, value, v }], cut }
let screen = null; // { from, to, isLive, widest }
let gaps = []; // middles of the times in which batches are missing
let asked = 0;
let timer = 0;
let late = 0;

export const isShowing = () => lines.length > 0;
export const keys = () => lines.map(line => line.key);
export const wanted = () => new URLSearchParams(location.search).getAll('series');
export const spanOnScreen = () => screen && { from: screen.from, to: screen.to };

/** @param moved called when the time axis may have moved. */
export function start(chosen, moved) {
  [device, drawn] = [chosen, moved];
  span.restore(new URLSearchParams(location.search));
  span.start(() => { remember(true); load(); });
  plot.start(() => screen && redraw(), load);
  cursor.start({ lines: () => lines, screen: () => screen, zoom: showSpan });
  at('wider').addEventListener('click', () => screen && showSpan(screen.from - (screen.to - screen.from) / 2, screen.to + (screen.to - screen.from) / 2));
  addEventListener('popstate', () => { span.restore(new URLSearchParams(location.search)); load(); });
}

export function show(series) {
  lines = series.slice(0, most).map(one => ({ key: keyOf(one), series: one, points: [] }));
  remember();
  load();
}

/** Takes a series into the chart, or out of it. @returns why not, in words. */
export function toggle(series) {
  const rest = lines.filter(line => line.key !== keyOf(series));
  if (rest.length === lines.length && lines.length === most) return `At most ${most} series fit into one chart; Explore has room for more.`;
  if (rest.length === 0) return 'One series stays.';
  show(rest.length < lines.length ? rest.map(line => line.series) : [...lines.map(line => line.series), series]);
  return '';
}

export function showSpan(from, to) {
  span.zoom(from, to);
  remember(true);
  load();
}

/** Live values: those of the series shown go on the end of their lines until the next full answer. */
export function put(values) {
  if (!screen?.isLive) return;
  let isNews = false;
  for (const value of values) {
    const line = lines.find(one => one.key === keyOf(value));
    const point = line && isNumber(line.series) ? toPoint(value) : null;
    if (!point || point.t <= line.points.at(-1)?.t) continue;
    line.points.push(point);
    isNews = true;
  }
  if (isNews) redraw();
}

/** @param moments in which batches are missing, as far as they are known. When they change, something came late perhaps: it is asked for. */
export function breakAt(moments) {
  gaps = moments.sort((a, b) => a - b);
  if (!screen) return;
  redraw();
  late ||= setTimeout(() => { late = 0; load(); }, lateMs);
}

/** Once a second: the window moves with the clock. */
export const tick = () => { if (screen?.isLive) redraw(); };

function remember(isStep = false) {
  const query = new URLSearchParams([...lines.map(line => ['series', line.key]), ...Object.entries(span.inAddress())]);
  if (isStep) history.pushState(null, '', `?${query}`);
  else history.replaceState(null, '', `?${query}`);
  at('explore').href = `/explore?${inExplore()}`;
}

/** The same series and time, as the page that compares devices spells them. */
function inExplore() {
  const { range, from, to } = span.inAddress();
  return new URLSearchParams([
    ...lines.map(line => ['series', toText({ device, ...line.series })]),
    ...(range === 'custom' ? [['from', from], ['to', to]].map(([name, seconds]) => [name, new Date(seconds * 1000).toISOString()]) : [['range', range]]),
  ]);
}

async function load() {
  clearTimeout(timer);
  if (!lines.length) return;

  const mine = ++asked;
  const wantedSpan = span.span(gatewayNow());
  note('Loading …', lines.every(line => line.points.length === 0));
  showLegend(wantedSpan);
  try {
    const answers = await Promise.all(lines.map(line => isNumber(line.series) ? fetchPoints(line.series, wantedSpan) : { points: [] }));
    if (mine !== asked) return;
    answers.forEach((answer, i) => Object.assign(lines[i], answer));
    const length = wantedSpan.to - wantedSpan.from;
    screen = { ...wantedSpan, length, widest: 2 * bucketOf(length) };
    redraw();
  } catch (problem) {
    if (mine === asked) note(`The history cannot be shown: ${problem.message}`);
  }
  if (mine === asked && wantedSpan.isLive) timer = setTimeout(load, refreshMs);
}

/** The lowest and the highest reading of each stretch of time, never more than the chart is wide. */
async function fetchPoints(series, { from, to }) {
  const answer = await ask('readings', {
    device, measurement: series.measurement, field: series.field, from: (from / 1000).toFixed(3), to: (to / 1000).toFixed(3), points: pixels() });
  return { points: answer.readings.filter(row => (row.tags ?? '') === (series.tags ?? '')).map(toPoint), cut: answer.truncated };
}

/** How wide the store's buckets are: whole minutes or hours from half of one on. No line goes over more than two of them. */
function bucketOf(length) {
  const width = length / (pixels() / 2 - 1);
  const whole = width > 1800e3 ? 3600e3 : width > 30e3 ? 60e3 : 1;
  return Math.ceil(width / whole) * whole;
}

const pixels = () => Math.min(mostPoints, Math.max(100, Math.floor(plot.width())));

/** Its time and value stay as they came, for whoever wants them to the last digit. */
const toPoint = row => ({ t: Date.parse(row.time), time: row.time, value: row.value, v: Number(row.value) });
const isNumber = series => series.kind !== 'string' && series.kind !== 'data';

function redraw() {
  if (screen.isLive) {
    screen.to = gatewayNow();
    screen.from = screen.to - screen.length;
    for (const line of lines) while (line.points.length && line.points[0].t < screen.from) line.points.shift();
  }
  const drawable = lines.filter(line => line.points.length);
  if (drawable.length === 0) {
    plot.erase();
    describe('');
    note(lines.some(line => isNumber(line.series)) ? 'No readings in this range. Choose a longer one, or wait for the next.' : 'Text has no curve. Its values are in the CSV.');
  } else {
    note(null);
    plot.draw(lines, screen, gaps);
    describe(drawable.map(summary).join(' — '));
  }
  cursor.refresh();
  drawn();
}

function summary({ series, points, cut }) {
  const shownAs = value => series.kind === 'boolean' ? String(value !== 0) : quantityText(value, series.unit);
  let [low, high] = [Infinity, -Infinity];
  for (const { v } of points) [low, high] = [Math.min(low, v), Math.max(high, v)];
  return `${lines.length > 1 ? `${series.field}: ` : ''}lowest ${shownAs(low)} · highest ${shownAs(high)} · last ${shownAs(points.at(-1).v)} · ${count(points.length)} ${points.length === 1 ? 'point' : 'points'}`
    + (cut ? ' · cut: the range holds more than can be drawn' : '');
}

function describe(text) {
  setText(at('chart-summary'), text);
  at('chart').setAttribute('aria-label', text ? `${lines.map(line => line.series.field).join(', ')} of ${device}: ${text}` : 'No readings in this range');
}

function showLegend({ from, to }) {
  at('legend').replaceChildren(...lines.map(({ series }, i) => {
    const colour = make('span', 'swatch');
    colour.dataset.line = i;
    const csv = make('a', '', 'CSV');
    csv.href = `/api/v1/readings?${new URLSearchParams({
      device, measurement: series.measurement, field: series.field, from: (from / 1000).toFixed(3), to: (to / 1000).toFixed(3), format: 'csv', limit: 500000 })}`;
    csv.title = 'Every reading of this range, at most 500,000';
    csv.setAttribute('aria-label', `Readings of ${series.field} as CSV`);
    return make('li', '', colour, make('strong', '', `${series.measurement}/${series.field}`), ...(series.tags ? [make('small', '', ` ${series.tags}`)] : []), ' ', csv);
  }));
}

function note(text, isWanted = true) {
  if (!isWanted) return;
  at('chart-note').hidden = text === null;
  if (text !== null) setText(at('chart-note'), text);
}
