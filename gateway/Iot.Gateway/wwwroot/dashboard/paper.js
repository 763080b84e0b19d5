// What all charts have in common: the colours of the page, the axis of time, and lines that break where readings are missing.
import { quantityText } from './format.js';

export function readColours() {
  const style = getComputedStyle(document.documentElement);
  const colour = name => style.getPropertyValue(`--${name}`).trim();
  return { accent: colour('accent'), band: colour('band'), line: colour('line'), muted: colour('muted'), panel: colour('panel'), text: colour('text'), series: n => colour(`series-${n}`) };
}

export const timeAxis = (from, to, colours) => ({
  type: 'time', min: from, max: to, axisLine: { lineStyle: { color: colours.line } }, axisLabel: { color: colours.muted, hideOverlap: true }, splitLine: { show: false },
});

export const valueAxis = (unit, isBoolean, colours) => ({
  type: 'value', scale: !isBoolean, minInterval: isBoolean ? 1 : 0, splitLine: { lineStyle: { color: colours.line } },
  axisLabel: { color: colours.muted, formatter: isBoolean ? v => String(v === 1) : v => quantityText(v, unit) },
});

/** The time between neighbours that half of them keep to. */
export function usualStep(points) {
  const steps = points.slice(1).map((p, i) => p.t - points[i].t).sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 0;
}

/** Where readings are missing for longer than the widest step, the line is broken, not drawn straight across. @param hole what stands there, made of its time */
export function broken(points, widest, hole) {
  const line = [];
  points.forEach((p, i) => {
    if (i && p.t - points[i - 1].t > widest) line.push(hole(points[i - 1].t + 1));
    line.push(p);
  });
  return line;
}

/** The point nearest in time, by halves: points ascend. Undefined where there are none. */
export function nearest(points, t) {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle].t < t) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [points[low - 1], points[low]];
  return !before ? after : !after ? before : t - before.t < after.t - t ? before : after;
}
