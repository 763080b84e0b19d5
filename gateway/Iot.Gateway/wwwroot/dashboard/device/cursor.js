// Reading the chart with mouse, finger or keyboard: the exact value under the pointer, and a stretch to zoom into.
import { make, utcText } from '../format.js';
import { nearest } from '../paper.js';
import { momentText, timeOfDayText } from '../times.js';
import * as plot from './plot.js';

const frame = document.getElementById('chart-frame');
const readout = document.getElementById('readout');
const hairline = document.getElementById('hairline');
const selection = document.getElementById('selection');
const reading = document.getElementById('reading');
const shortestDrag = 8; // pixels; less is a click
const farPixels = 24;
let ask = null;
let from = null; // pixel where a drag began

/** @param handlers lines and screen tell what is drawn; zoom gets the stretch chosen. */
export function start(handlers) {
  ask = handlers;
  frame.addEventListener('pointerdown', event => {
    if (event.button !== 0 || !ask.screen()) return;
    from = inPlot(event);
    frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener('pointermove', event => {
    const x = inPlot(event);
    if (from !== null && Math.abs(x - from) >= shortestDrag) select(from, x);
    pointAt(x);
  });
  frame.addEventListener('pointerup', event => {
    const [begin, end] = [from, inPlot(event)];
    cancel();
    if (begin !== null && Math.abs(end - begin) >= shortestDrag) ask.zoom(...[timeAt(begin), timeAt(end)].sort((a, b) => a - b));
  });
  frame.addEventListener('pointercancel', cancel);
  frame.addEventListener('pointerleave', () => { if (from === null) hide(); });
  reading.addEventListener('input', () => walkTo(Number(reading.value)));
  reading.addEventListener('focus', () => walkTo(Number(reading.value)));
  reading.addEventListener('blur', hide);
}

/** Other points are drawn: the keyboard walks through these. */
export function refresh() {
  const points = ask.lines()[0]?.points ?? [];
  const isAtEnd = reading.value === reading.max;
  reading.max = Math.max(0, points.length - 1);
  if (document.activeElement === reading) {
    if (readout.hidden) walkTo(Number(reading.value)); // there was nothing to read when it got the focus
  } else if (isAtEnd) reading.value = reading.max;
}

function walkTo(i) {
  const point = ask.lines()[0]?.points[i];
  if (!point) return;
  show(point.t);
  reading.setAttribute('aria-valuetext', [...readout.children].map(line => line.textContent).join(', '));
}

function pointAt(x) {
  if (ask.screen() && x >= 0 && x <= plot.width()) show(timeAt(x));
  else hide();
}

/** What was measured at that time, or next to it; nothing where the next is far. */
function show(t) {
  const found = ask.lines().map((line, i) => ({ ...line, i, point: nearest(line.points, t) })).filter(line => line.point);
  if (found.length === 0) return hide();

  const moment = found.reduce((best, line) => Math.abs(line.point.t - t) < Math.abs(best.point.t - t) ? line : best).point;
  const { from: first, to: last } = ask.screen();
  const pixels = time => (time - first) / (last - first) * plot.width();
  if (Math.abs(pixels(moment.t) - pixels(t)) > farPixels) return hide();

  readout.replaceChildren(
    make('div', 'when', momentText(moment.t)),
    make('div', 'utc', utcText(moment.time)),
    ...found.map(({ series, i, point }) => {
      const colour = make('span', 'swatch');
      colour.dataset.line = i;
      const when = point.time === moment.time ? [] : [make('small', '', ` ${timeOfDayText(point.t)}`)];
      return make('div', 'exact', colour, `${series.field} `, make('strong', '', String(point.value)), ...(series.unit ? [` ${series.unit}`] : []), ...when);
    }));
  place(plot.left() + pixels(moment.t));
}

function place(left) {
  hairline.hidden = readout.hidden = false;
  hairline.style.left = `${left}px`;
  const room = frame.clientWidth - readout.offsetWidth - 8;
  readout.style.left = `${Math.max(8, Math.min(room, left + (left > frame.clientWidth / 2 ? -readout.offsetWidth - 12 : 12)))}px`;
}

function select(a, b) {
  const [first, last] = [a, b].map(clamp).sort((x, y) => x - y);
  selection.hidden = false;
  selection.style.left = `${plot.left() + first}px`;
  selection.style.width = `${last - first}px`;
}

function cancel() {
  from = null;
  selection.hidden = true;
}

function hide() {
  hairline.hidden = readout.hidden = true;
}

const inPlot = event => event.clientX - frame.getBoundingClientRect().left - plot.left();
const clamp = x => Math.max(0, Math.min(plot.width(), x));
function timeAt(x) {
  const { from: first, to: last } = ask.screen();
  return first + clamp(x) / plot.width() * (last - first);
}
