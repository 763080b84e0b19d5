// Draws many series with ECharts, an axis for each unit.
import { broken, readColours, timeAxis, usualStep, valueAxis } from '../paper.js';

const frame = document.getElementById('chart');
const mostUnits = 3;
const axisWidth = 64;
let chart = null;
let range = null;

/** @param redraw called when size or colours change. */
export function start(redraw) {
  new ResizeObserver(() => { chart?.resize(); redraw(); }).observe(frame);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
}

export function erase() {
  chart?.clear();
  range = null;
  frame.dataset.points = frame.dataset.curves = 0;
}

export const width = () => Math.min(2000, Math.max(200, Math.round(frame.clientWidth)));
export const timeAt = x => range && chart.convertFromPixel({ xAxisIndex: 0 }, x);
export const pixelOf = t => chart.convertToPixel({ xAxisIndex: 0 }, t);
export const plotArea = () => ({ top: 16, bottom: frame.clientHeight - 28, left: pixelOf(range.from), right: pixelOf(range.to) });

/** @param curves { series, unit, isBoolean, points, isEarlier } @returns units there is no axis for: their curves are not drawn. */
export function draw(curves, span, shape) {
  chart ??= window.echarts.init(frame);
  range = span;
  const colours = readColours();
  const axes = [...new Set(curves.map(axisOf))];
  const shown = axes.slice(0, mostUnits);
  const drawn = curves.filter(curve => shown.includes(axisOf(curve)));
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: 'inherit' },
    grid: { left: 8, right: 16, top: 16, bottom: 4, containLabel: true },
    xAxis: { ...timeAxis(span.from, span.to, colours), axisPointer: { show: false } },
    yAxis: shown.map((axis, i) => placed(axis, i, drawn.filter(curve => axisOf(curve) === axis), colours)),
    series: drawn.map(curve => line(curve, shown.indexOf(axisOf(curve)), span, shape, colours)),
  }, { notMerge: true });
  frame.dataset.curves = drawn.length; // for tests, and for nobody else
  frame.dataset.points = drawn.reduce((sum, curve) => sum + curve.points.length, 0);
  return axes.slice(mostUnits);
}

export const axisOf = curve => curve.isBoolean ? 'true or false' : curve.unit ?? '';

/** Where a curve has nothing for longer than this, it is broken. */
export function widestStep(points, span, shape) {
  const usual = usualStep(points);
  if (!shape.points) return usual > 1.5 * shape.ms ? 3 * usual : 1.5 * shape.ms;
  return Math.max(3 * usual, 2.05 * (span.to - span.from) / Math.max(1, shape.points / 2 - 1)); // the lowest and the highest of two neighbouring stretches
}

function placed(axis, i, mine, colours) {
  const { axisLabel, ...rest } = valueAxis(mine[0].unit, mine[0].isBoolean, colours);
  const isAlone = mine.every(curve => curve.series.colour === mine[0].series.colour);
  return {
    ...rest,
    position: i === 0 ? 'left' : 'right',
    offset: i === 2 ? axisWidth : 0,
    splitLine: i === 0 ? rest.splitLine : { show: false },
    axisLabel: { ...axisLabel, hideOverlap: true, color: isAlone && i > 0 ? colours.series(mine[0].series.colour) : colours.muted },
  };
}

function line(curve, yAxisIndex, span, shape, colours) {
  const colour = colours.series(curve.series.colour);
  const data = broken(curve.points, widestStep(curve.points, span, shape), t => ({ t, v: null }));
  const isLone = i => data[i]?.v !== null && (data[i - 1]?.v ?? null) === null && (data[i + 1]?.v ?? null) === null;
  return {
    type: 'line', yAxisIndex, silent: true, data: data.map(p => [p.t, p.v]), step: curve.isBoolean ? 'end' : false,
    showSymbol: true, symbol: 'circle', symbolSize: (_, { dataIndex }) => curve.points.length < 40 || isLone(dataIndex) ? 5 : 0,
    lineStyle: { width: curve.isEarlier ? 1.5 : 2, color: colour, type: curve.isEarlier ? [5, 4] : 'solid', opacity: curve.isEarlier ? 0.8 : 1 },
    itemStyle: { color: colour },
  };
}
