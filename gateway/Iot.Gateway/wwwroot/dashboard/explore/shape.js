// In which form readings are asked for, and what becomes curves.
import { unitText } from '../format.js';
import { keyOf } from './choices.js';
import { drawable, intervals } from './span.js';

/** parameters are the API's: as many points as the chart is wide, or the interval of the view. */
export function shapeFor(view, span, width) {
  if (!view.every) return { parameters: { points: width }, points: width };
  const every = drawable(view.every, span);
  return { parameters: { every, aggregate: view.aggregate }, ms: intervals[every], aggregate: view.aggregate };
}

/** As files hold it: readings as they are, or the interval chosen, also one too narrow to be drawn. */
export const wholeShape = view => view.every ? { every: view.every, aggregate: view.aggregate } : {};

export const hasCurve = series => series.isStored && series.kind !== 'string' && series.kind !== 'data';

/** @param found points by the key of their series @param shift by how much they are drawn later than they were measured */
export function curvesOf(series, found, shape, shift = 0) {
  return series.filter(hasCurve).map(one => ({
    series: one,
    ...measure(one, shape),
    isEarlier: shift > 0,
    shift,
    points: found.get(keyOf(one)).map(p => shift ? { ...p, t: p.t + shift } : p),
  }));
}

/** A count has no unit; the mean of true and false is a share. */
function measure({ kind, unit }, { aggregate }) {
  if (aggregate === 'count') return { unit: 'readings', isBoolean: false };
  if (kind === 'boolean' && aggregate === 'mean') return { unit: '/', isBoolean: false };
  return { unit, isBoolean: kind === 'boolean' };
}

export const comparisonText = { before: 'the period before', '1d': 'a day earlier', '7d': 'a week earlier' };
export const whatText = view => view.every ? `${view.aggregate} of each ${view.every.replace('m', ' min').replace(/(\d)([shd])$/, '$1 $2')}` : 'readings as they are';
export const unitsText = units => units.map(unit => unitText(unit) || 'no unit').join(', ');
