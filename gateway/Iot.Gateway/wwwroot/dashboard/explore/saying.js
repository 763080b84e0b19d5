// What stands around the chart: which time it shows, what is under way, what went wrong, what is left out.
import { count, make, setText } from '../format.js';
import { nameOf } from './choices.js';
import { comparisonText, hasCurve, unitsText, whatText } from './shape.js';
import { spanText, utcSpan } from '../times.js';

const at = id => document.getElementById(id);
const names = series => series.map(nameOf).join('; ');

export function span(shown) {
  setText(at('shown'), shown ? spanText(shown) + (shown.isLive ? ', live' : '') : '');
  at('shown').title = shown ? utcSpan(shown) : '';
}

export function busy(text) {
  setText(at('busy'), text);
  document.querySelector('.chart-frame').classList.toggle('loading', text !== '');
}

/** In the place of the chart; null shows the chart. */
export function instead(text, mayRetry = false) {
  at('chart-note').hidden = text === null;
  at('retry').hidden = !mayRetry;
  if (text === null) return;
  setText(at('chart-text'), text);
  at('chart').setAttribute('aria-label', text);
}

export function label(curves) {
  at('chart').setAttribute('aria-label', `${curves.map(curve => nameOf(curve.series) + (curve.isEarlier ? ', earlier' : '')).join('; ')}. The table below holds the figures; arrow keys read values.`);
}

export function notes(texts) {
  const wanted = texts.filter(Boolean);
  if (wanted.join('\n') !== [...at('notes').children].map(line => line.textContent).join('\n')) at('notes').replaceChildren(...wanted.map(text => make('li', '', text)));
}

/** What the chart does not show, and why. */
export function remarks({ view, resolved, curves, shape, isCut, units, earlier, failure }) {
  const { series, left } = resolved;
  const missing = series.filter(one => !one.isStored);
  const texts = series.filter(one => one.isStored && !hasCurve(one));
  const without = curves.filter(curve => curve.points.length === 0 && !curve.isEarlier).map(curve => curve.series);
  return [
    failure && `Not brought up to date: ${failure}`,
    earlier && `Dashed: ${comparisonText[view.compare]}, ${spanText(earlier)}.`,
    view.unread > 0 && `${view.unread === 1 ? 'One series' : `${view.unread} series`} in the address cannot be read and ${view.unread === 1 ? 'is' : 'are'} left out.`,
    missing.length > 0 && `Not stored: ${names(missing)}.`,
    ...left.filter(one => one.drawn < one.total).map(one => `${count(one.drawn)} of ${count(one.total)} series of ${one.choice.measurement}/${one.choice.field} are drawn; files and queries hold all.`),
    texts.length > 0 && `Text has no curve: ${names(texts)}. The files hold its values.`,
    without.length > 0 && without.length < curves.length && `No readings in this range: ${names(without)}.`,
    units.length > 0 && `Three units have room beside a chart. Not drawn: ${unitsText(units)}.`,
    shape.parameters.every && shape.parameters.every !== view.every && `So narrow an interval has more points than can be drawn: the chart shows the ${whatText({ ...view, every: shape.parameters.every })}, files the ${whatText(view)}.`,
    isCut && 'Cut: the range holds more than can be drawn. Choose a shorter one or a wider interval.',
  ];
}
