// Draws points with ECharts (Apache-2.0, shipped with Vizor.ECharts), in the colours of the page.
import { quantityText } from './format.js';
import { broken, readColours, timeAxis, usualStep, valueAxis } from './paper.js';

const frame = document.getElementById('chart');
let chart = null;

/** @param redraw called when size or colours change. */
export function start(redraw) {
  new ResizeObserver(() => chart?.resize()).observe(frame);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
}

export function erase() { chart?.clear(); }

export function draw({ points, from, to, every, series }) {
  chart ??= window.echarts.init(frame);
  const line = broken(points, 3 * Math.max(every, usualStep(points)), t => ({ t, mean: null, min: null, max: null }));
  const colours = readColours();
  const isBoolean = series.kind === 'boolean';
  const step = isBoolean ? 'end' : false;
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: 'inherit' },
    grid: { left: 8, right: 16, top: 12, bottom: 4, containLabel: true },
    tooltip: tooltip(colours, series),
    xAxis: timeAxis(from, to, colours),
    yAxis: valueAxis(series.unit, isBoolean, colours),
    series: [
      { name: 'lowest', type: 'line', stack: 'band', stackStrategy: 'all', data: line.map(p => [p.t, p.min]), showSymbol: false, lineStyle: { opacity: 0 }, silent: true, step },
      { name: 'spread', type: 'line', stack: 'band', stackStrategy: 'all', data: line.map(p => [p.t, p.max === null ? null : p.max - p.min]), showSymbol: false, lineStyle: { opacity: 0 }, areaStyle: { color: colours.band }, silent: true, step },
      { name: 'value', type: 'line', data: line.map(p => [p.t, p.mean]), showSymbol: points.length < 40, symbolSize: 5, lineStyle: { width: 2, color: colours.accent }, itemStyle: { color: colours.accent }, step },
    ],
  });
  frame.dataset.points = points.length; // for tests, and for nobody else
}

// Drawn on the canvas: a tooltip of HTML would need inline styles, which the content security policy forbids.
function tooltip(colours, series) {
  return {
    trigger: 'axis', renderMode: 'richText', confine: true,
    backgroundColor: colours.panel, borderColor: colours.line, textStyle: { color: colours.text },
    formatter(items) {
      const [low, spread, value] = ['lowest', 'spread', 'value'].map(name => items.find(item => item.seriesName === name)?.value[1]);
      if (value === null || value === undefined) return '';
      const shownAs = number => quantityText(number, series.unit);
      const when = new Date(items[0].value[0]);
      const shown = series.kind === 'boolean' ? String(value !== 0) : shownAs(value);
      return `${when.toLocaleString()}\n${when.toISOString().replace('T', ' ').replace('Z', ' UTC')}\n${shown}`
        + (spread ? `\nfrom ${shownAs(low)} to ${shownAs(low + spread)}` : '');
    },
  };
}
