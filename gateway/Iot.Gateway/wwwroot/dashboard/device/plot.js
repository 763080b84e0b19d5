// Draws one to four series with ECharts (Apache-2.0, shipped with Vizor.ECharts): an axis for each unit, a band of lowest to highest where there is one series.
import { quantityText, ticked, unitText } from '../format.js';
import { readColours, timeAxis, usualStep } from '../paper.js';

const frame = document.getElementById('chart');
const edge = 14;
const scaled = new Set(['/', 'B', 'B/s', 'bit', 'bit/s', 'W', 'J', 'Wh', 'Hz']); // their labels have prefixes of their own
let chart = null;
let rectangle = { left: edge, right: edge };

/** @param redraw called when colours change. @param widened called when other pixels need other points. */
export function start(redraw, widened) {
  let known = frame.clientWidth;
  let later = 0;
  new ResizeObserver(() => {
    chart?.resize();
    redraw();
    if (Math.abs(frame.clientWidth - known) < known / 10) return;
    known = frame.clientWidth;
    clearTimeout(later);
    later = setTimeout(widened, 300);
  }).observe(frame);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
}

export function erase() {
  chart?.clear();
  delete frame.dataset.points;
}

/** Pixels from the first moment to the last. */
export const width = () => frame.clientWidth - rectangle.left - rectangle.right;
export const left = () => rectangle.left;

/** @param gaps moments in which batches are known to be missing, ascending. */
export function draw(lines, { from, to, widest }, gaps) {
  chart ??= window.echarts.init(frame);
  const colours = readColours();
  const units = [...new Set(lines.map(axisOf))];
  place(units.length);
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: 'inherit' },
    grid: { ...rectangle, top: 30, bottom: 26, containLabel: false },
    xAxis: timeAxis(from, to, colours),
    yAxis: units.map((unit, i) => axis(lines.find(line => axisOf(line) === unit).series, i, units.length, colours)),
    series: lines.flatMap((line, i) => {
      const broken = breakAtGaps(line.points, widest, gaps);
      return [
        ...(lines.length === 1 && line.series.kind !== 'boolean' ? bandOf(line.points, widest, gaps, colours) : []),
        curve(line, broken, units.indexOf(axisOf(line)), colours.series(i + 1)),
      ];
    }),
  }, { replaceMerge: ['series', 'yAxis'] });
  frame.dataset.points = lines.reduce((sum, line) => sum + line.points.length, 0); // for tests, and for nobody else
}

const axisOf = line => line.series.kind === 'boolean' ? 'true or false' : line.series.unit ?? '';

const axisWidth = () => frame.clientWidth < 600 ? 44 : 58;

/** The first axis stands left, the next right, and so on outwards. */
function place(axes) {
  rectangle = { left: Math.ceil(axes / 2) * axisWidth(), right: Math.max(edge, Math.floor(axes / 2) * axisWidth()) };
  const { style } = frame.parentElement.parentElement;
  style.setProperty('--plot-left', `${rectangle.left}px`);
  style.setProperty('--plot-right', `${rectangle.right}px`);
}

function axis(series, i, axes, colours) {
  const isBoolean = series.kind === 'boolean';
  const isPlain = !scaled.has(series.unit);
  return {
    name: isPlain && !isBoolean ? unitText(series.unit) : '', nameLocation: 'end', nameGap: 12, nameTextStyle: { color: colours.muted, align: i % 2 ? 'left' : 'right', padding: i % 2 ? [0, 0, 0, 8] : [0, 8, 0, 0] },
    type: 'value', scale: !isBoolean, position: i % 2 ? 'right' : 'left', offset: Math.floor(i / 2) * axisWidth(),
    axisLabel: { color: colours.muted, width: axisWidth() - 8, fontSize: frame.clientWidth < 600 ? 10 : 12, overflow: 'truncate', hideOverlap: true, formatter: isBoolean ? v => String(v === 1) : v => isPlain ? ticked(v) : quantityText(v, series.unit) },
    minInterval: isBoolean ? 1 : 0, ...(isBoolean && { min: 0, max: 1 }),
    axisLine: { show: axes > 1, lineStyle: { color: colours.line } },
    splitLine: { show: i === 0, lineStyle: { color: colours.line } },
  };
}

function curve({ series, points }, broken, yAxisIndex, colour) {
  return {
    name: 'value', type: 'line', yAxisIndex, data: dotted(broken, points.length < 60), showSymbol: true, symbol: 'none', symbolSize: 5,
    lineStyle: { width: 1.5, color: colour }, itemStyle: { color: colour }, step: series.kind === 'boolean' ? 'end' : false, silent: true,
  };
}

/** Lowest to highest of each bucket: a line through extremes alone would hide how far they lie apart. */
function bandOf(points, widest, gaps, colours) {
  const stretches = [];
  for (const { t, v } of points) {
    const last = stretches.at(-1);
    if (last && t - last.from < widest / 2) Object.assign(last, { t, low: Math.min(last.low, v), high: Math.max(last.high, v) });
    else stretches.push({ from: t, t, low: v, high: v });
  }
  if (points.length < stretches.length * 1.5) return []; // all readings are drawn, nothing was left out between them
  const line = breakAtGaps(stretches.map(({ from, t, low, high }) => ({ t: (from + t) / 2, low, spread: high - low })), widest, gaps);
  const part = (name, data, area) => ({ name, type: 'line', stack: 'band', stackStrategy: 'all', data, showSymbol: false, lineStyle: { opacity: 0 }, areaStyle: area, silent: true });
  return [
    part('lowest', line.map(s => [s.t, s.low ?? null]), undefined),
    part('spread', line.map(s => [s.t, s.spread ?? null]), { color: colours.band }),
  ];
}

/** A point alone between two breaks is no line: it gets a dot, as do all when they are few. */
function dotted(points, isFew) {
  const isBreak = p => !p || p.v === null;
  return points.map((p, i) => isFew || (isBreak(points[i - 1]) && isBreak(points[i + 1])) ? { value: [p.t, p.v], symbol: 'circle' } : [p.t, p.v]);
}

/** Where readings are missing the line is broken, not drawn straight across: nothing came for long, or a batch is known to be missing. */
function breakAtGaps(points, widest, gaps) {
  const limit = Math.max(widest, 3 * usualStep(points));
  let next = 0;
  return points.flatMap((p, i) => {
    const before = points[i - 1]?.t ?? p.t;
    while (gaps[next] < before) next++;
    return i && (p.t - before > limit || gaps[next] < p.t) ? [{ t: before + 1, v: null }, p] : [p];
  });
}
