// Which time is shown, and how it changes when somebody zooms.
export const spans = { '15m': 900e3, '1h': 3600e3, '6h': 6 * 3600e3, '24h': 86400e3, '7d': 7 * 86400e3, '30d': 30 * 86400e3 };
export const intervals = { '1s': 1e3, '10s': 10e3, '30s': 30e3, '1m': 60e3, '5m': 300e3, '15m': 900e3, '1h': 3600e3, '6h': 6 * 3600e3, '1d': 86400e3 };
export const comparisons = ['before', '1d', '7d'];
const shortest = 1000;
const mostIntervals = 5000;

/** isLive: it moves with the clock. */
export function spanOf({ range, zoom }, now) {
  if (zoom) return { ...zoom, isLive: false };
  if (range.id === 'custom') return { from: range.from, to: range.to, isLive: false };
  return { from: now - spans[range.id], to: now, isLive: true };
}

/** @param how in, out, left or right */
export function zoomed({ from, to }, how, now) {
  const half = (to - from) / 2;
  const [start, end] = {
    in: [from + half / 2, to - half / 2],
    out: [from - half, to + half],
    left: [from - half, to - half],
    right: [from + half, to + half],
  }[how];
  const late = Math.max(0, end - Math.max(now, to)); // nothing is known of the future
  return within(start - late, end - late);
}

/** Whole milliseconds, not before 1970 and not too narrow to be asked for. */
export function within(from, to) {
  const start = Math.max(0, Math.floor(from));
  return { from: start, to: Math.max(Math.ceil(to), start + shortest) };
}

/** How long before the span that lies which it is compared with. */
export const shiftOf = (compare, { from, to }) => ({ before: to - from, '1d': 86400e3, '7d': 7 * 86400e3 })[compare] ?? 0;

/** The interval asked for, or the narrowest wider one that can be drawn. */
export function drawable(every, { from, to }) {
  const wanted = Object.keys(intervals).slice(Object.keys(intervals).indexOf(every));
  return wanted.find(one => (to - from) / intervals[one] <= mostIntervals) ?? wanted.at(-1);
}
