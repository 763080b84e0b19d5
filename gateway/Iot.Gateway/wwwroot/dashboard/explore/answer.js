// The view, answered: asks, keeps what came, follows live values. A newer question takes the older one back.
import { gatewayNow } from '../format.js';
import { keyOf } from './choices.js';
import * as figures from './figures.js';
import * as hover from './hover.js';
import * as plot from './plot.js';
import * as questions from './questions.js';
import * as saying from './saying.js';
import { comparisonText, curvesOf, hasCurve, shapeFor, whatText, wholeShape } from './shape.js';
import { shiftOf, spanOf } from './span.js';
import * as take from './take.js';

const soonestMs = 2000;
const refreshMs = 30000;

export class Answer {
  #view;
  #on;
  #asking = null;
  #resolvedFor = '';
  #curves = [];
  #state = null; // shape, isCut, earlier, failure of what is shown
  #isFresh = false; // something arrived since the last full answer
  #askedAt = 0;

  resolved = null; // the series behind the choices
  span = null; // what is on the screen

  /** @param on resolved() hears that the series behind the choices are others now */
  constructor(view, on) {
    this.#view = view;
    this.#on = on;
    plot.start(() => this.#draw());
  }

  devices() { return [...new Set((this.resolved?.series ?? []).map(s => s.device))]; }

  async load(isRefresh = false) {
    this.#asking?.abort();
    const mine = this.#asking = new AbortController();
    if (!isRefresh) saying.busy('Loading …');
    try {
      await this.#ask(mine.signal);
    } catch (problem) {
      if (problem.name === 'AbortError') return; // a newer question is under way
      this.#failed(problem, isRefresh);
    }
    this.#asking = null;
    saying.busy('');
  }

  /** Live values go on the end of their curves until the next full answer. */
  put(frame) {
    for (const value of frame.values) {
      const curve = this.#curves.find(one => !one.isEarlier && keyOf(one.series) === keyOf({ ...value, device: frame.device }));
      if (!curve) continue;
      this.#isFresh = true;
      const t = Date.parse(value.time);
      if (this.#state.shape.points && this.span.isLive && t > (curve.points.at(-1)?.t ?? 0)) curve.points.push({ t, at: value.time, v: Number(value.value), value: value.value });
    }
  }

  /** Once a second: a range that moves with the clock has moved. */
  tick() {
    if (!this.span?.isLive || this.#asking) return;
    const { ms } = this.#state.shape;
    if (this.#isFresh && Date.now() - this.#askedAt > Math.min(refreshMs, Math.max(soonestMs, ms ?? refreshMs))) return void this.load(true);
    this.span = spanOf(this.#view, gatewayNow());
    for (const { points } of this.#curves) while (points.length > 1 && points[1].t < this.span.from) points.shift();
    this.#draw();
  }

  async #ask(signal) {
    await this.#resolve(signal);
    const { series } = this.resolved;
    if (series.length === 0) return this.#clear(this.#view.choices.some(Boolean) ? 'Nothing is stored of what is chosen.' : 'Choose series above to see them here.');

    const span = spanOf(this.#view, gatewayNow());
    const shape = shapeFor(this.#view, span, plot.width());
    const shift = shiftOf(this.#view.compare, span);
    const earlier = shift && span.from - shift >= 0 ? { from: span.from - shift, to: span.to - shift } : null;
    const drawn = series.filter(hasCurve);
    const [now, before] = await Promise.all([span, earlier].map(one => one && questions.curves(drawn, one, shape.parameters, signal)));
    this.#isFresh = false;
    this.#askedAt = Date.now();
    this.span = span;
    this.#curves = [...curvesOf(series, now.found, shape), ...(before ? curvesOf(series, before.found, shape, shift) : [])];
    this.#state = { shape, earlier, isCut: now.isCut || before?.isCut };
    take.show(questions.parts(this.#view.choices, series, span, wholeShape(this.#view)), whatText(this.#view));
    this.#draw();
    await this.#figures(series, span, earlier, signal);
  }

  async #resolve(signal) {
    const choices = JSON.stringify(this.#view.choices);
    if (choices === this.#resolvedFor) return;
    this.resolved = await questions.resolve(this.#view.choices, signal);
    this.#resolvedFor = choices;
    this.#on.resolved();
  }

  async #figures(series, span, earlier, signal) {
    const stored = series.filter(one => one.isStored);
    const [now, before] = [await questions.figures(stored, span, signal), earlier && await questions.figures(stored, earlier, signal)];
    const rows = (found, isEarlier) => stored.map(one => ({ series: one, figures: found.get(keyOf(one)), isEarlier }));
    figures.show([...rows(now, false), ...(before ? rows(before, true) : [])], comparisonText[this.#view.compare]);
  }

  #draw() {
    if (!this.span) return;
    saying.span(this.span);
    const isEmpty = this.#curves.every(curve => curve.points.length === 0);
    saying.instead(isEmpty ? 'No readings in this range. Choose a longer one, go back in time, or wait for the next.' : null);
    if (isEmpty) plot.erase();
    const units = isEmpty ? [] : plot.draw(this.#curves, this.span, this.#state.shape);
    const shown = this.#curves.filter(curve => !units.includes(plot.axisOf(curve)));
    if (!isEmpty) saying.label(shown);
    hover.put(isEmpty ? [] : shown);
    saying.notes(saying.remarks({ view: this.#view, resolved: this.resolved, curves: this.#curves, units, ...this.#state }));
  }

  #clear(text, mayRetry = false) {
    this.span = null;
    this.#curves = [];
    plot.erase();
    hover.put([]);
    hover.hide();
    saying.span(null);
    saying.notes([]);
    saying.instead(text, mayRetry);
    figures.show([]);
    take.show([]);
  }

  /** What was shown stays when only the refresh failed. */
  #failed(problem, isRefresh) {
    const text = problem.status ? problem.message : 'The gateway does not answer.';
    if (!isRefresh || !this.span) return this.#clear(`This cannot be shown: ${text}`, problem.status !== 501);
    this.#state = { ...this.#state, failure: text };
    this.#draw();
  }
}
