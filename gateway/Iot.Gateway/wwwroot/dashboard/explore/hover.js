// What stands at one moment: by the pointer, or by the arrow keys on the chart. Exact values, with their own times.
import { make, setText, unitText, utcText } from '../format.js';
import { nameOf } from './choices.js';
import { pixelOf, plotArea, timeAt } from './plot.js';
import { nearest } from '../paper.js';
import { momentText } from '../times.js';

const frame = document.getElementById('chart');
const line = document.getElementById('cursor');
const card = document.getElementById('hover');
const nearPixels = 24;
let curves = [];
let at = null; // the moment it stands at

export function start() {
  frame.addEventListener('pointermove', event => point(event.offsetX));
  frame.addEventListener('pointerdown', event => point(event.offsetX));
  frame.addEventListener('pointerleave', hide);
  frame.addEventListener('blur', hide);
  frame.addEventListener('keydown', event => {
    if (event.key === 'Escape') hide();
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    step(event.key === 'ArrowRight' ? 1 : -1);
  });
}

export function put(drawn) {
  curves = drawn;
  if (!card.hidden && at !== null) show(at);
}

export function hide() {
  at = null;
  card.hidden = line.hidden = true;
}

/** As text, for the card, screen readers and tests. */
export const exactText = (value, unit) => unit && unit !== '/' && typeof value === 'number' ? `${value} ${unitText(unit)}` : String(value);

function point(x) {
  if (curves.length === 0) return;
  const near = nearestOf(timeAt(x));
  if (near && Math.abs(pixelOf(near.t) - x) <= nearPixels) show(near.t);
  else hide();
}

function step(direction) {
  const times = curves.flatMap(({ points }) => {
    const i = direction > 0 ? points.findIndex(p => p.t > (at ?? -Infinity)) : points.findLastIndex(p => p.t < (at ?? Infinity));
    return i < 0 ? [] : [points[i].t];
  });
  if (times.length === 0) return;
  show(direction > 0 ? Math.min(...times) : Math.max(...times));
  setText(document.getElementById('hover-said'), card.innerText);
}

function show(t) {
  const near = nearPixels / 2 * (timeAt(1) - timeAt(0));
  const rows = curves.map(curve => ({ curve, point: nearest(curve.points, t) })).filter(({ point: p }) => p && Math.abs(p.t - t) <= near);
  if (rows.length === 0) return hide();
  at = t;
  const utc = rows.find(({ point: p, curve }) => p.t === t && !curve.isEarlier)?.point.at ?? new Date(t).toISOString();
  card.replaceChildren(
    make('p', 'hover-time', momentText(t), make('small', '', utcText(utc))),
    make('ul', '', ...rows.map(({ curve, point: p }) => row(curve, p, p.t !== t || curve.isEarlier))));
  place(pixelOf(t));
}

function row(curve, p, isElsewhere) {
  const swatch = make('span', curve.isEarlier ? 'swatch dashed' : 'swatch');
  swatch.style.setProperty('--mine', `var(--series-${curve.series.colour})`);
  const value = make('strong', '', exactText(curve.isBoolean ? p.v !== 0 : p.value, curve.unit));
  return make('li', '', swatch, make('span', '', nameOf(curve.series)), value, ...(isElsewhere ? [make('small', '', momentText(p.t - curve.shift))] : []));
}

function place(x) {
  const area = plotArea();
  card.hidden = line.hidden = false;
  line.style.left = `${x}px`;
  line.style.top = `${area.top}px`;
  line.style.height = `${area.bottom - area.top}px`;
  const isRight = x + 16 + card.offsetWidth > frame.clientWidth;
  card.style.left = `${Math.max(4, isRight ? x - 16 - card.offsetWidth : x + 16)}px`;
}

function nearestOf(t) {
  return curves.map(curve => nearest(curve.points, t)).filter(Boolean)
    .reduce((best, p) => !best || Math.abs(p.t - t) < Math.abs(best.t - t) ? p : best, null);
}
