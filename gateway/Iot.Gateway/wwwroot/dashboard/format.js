// Numbers, sizes and times as people read them.
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const rate = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const two = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });
const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 6 });

export const count = n => whole.format(n);
export const perSecond = n => (n >= 100 ? whole : rate).format(n);

/** A measured value: six digits are enough for the eye, the exact one is in the title. */
export const measured = v => typeof v === 'number'
  ? (v !== 0 && (Math.abs(v) >= 1e9 || Math.abs(v) < 1e-4) ? v.toExponential(4) : short.format(v))
  : String(v);

// SenML's names of units, as people write them.
const units = { Cel: '°C', '%RH': '% RH', Ohm: 'Ω', '/': '%', m3: 'm³', m2: 'm²', 'm/s2': 'm/s²', 'beat/min': 'bpm' };
export const unitText = unit => unit ? units[unit] ?? unit : '';

// Sizes and speeds grow a prefix; a share of 0 to 1 is shown in per cent.
const prefixed = new Set(['B', 'B/s', 'bit', 'bit/s', 'W', 'J', 'Wh', 'Hz']);
const prefixes = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']];

/** On an axis there is room for few digits: 250k. */
export function ticked(v) {
  const [factor, prefix] = (Math.abs(v) >= 1e5 && prefixes.find(([least]) => Math.abs(v) >= least)) || [1, ''];
  return measured(v / factor) + prefix;
}

/** A value and its unit as people read them: [number, unit]. */
export function quantity(value, unit) {
  if (typeof value !== 'number' || !unit) return [measured(value), unitText(unit)];
  if (unit === '/') return [measured(value * 100), '%'];

  const [factor, prefix] = (prefixed.has(unit) && prefixes.find(([least]) => Math.abs(value) >= least)) || [1, ''];
  return [measured(value / factor), prefix + unitText(unit)];
}

export const quantityText = (value, unit) => quantity(value, unit).join(' ').trim();

/** A short time, two digits of it. */
export const seconds = s => s >= 1 ? `${two.format(s)} s` : `${two.format(s * 1000)} ms`;

export function bytes(n) {
  const sizes = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let i = 0;
  while (n >= 1024 && i < sizes.length - 1) { n /= 1024; i++; }
  return `${n >= 100 || i === 0 ? Math.round(n) : n.toFixed(1)} ${sizes[i]}`;
}

function ago(ms) {
  const s = Math.round(ms / 1000);
  if (s < -60) return `in ${span(-s)}`;
  return s < 2 ? 'now' : `${span(s)} ago`;
}

/** A stretch of time, the largest unit that is full. */
export const duration = s => s < 60 ? `${s.toFixed(1)} s` : span(s);

const span = s => s < 60 ? `${s} s` : s < 3600 ? `${Math.floor(s / 60)} min` : s < 86400 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86400)} d`;

// The gateway's clock counts, not the browser's: every overview frame tells the difference.
let ahead = 0;
export const setGatewayTime = at => { ahead = Date.parse(at) - Date.now(); };
export const gatewayNow = () => Date.now() + ahead;

/** @param at as the API spells it: all its digits stay */
export const utcText = at => at.replace('T', ' ').replace('Z', ' UTC');

/** Shows a time as "12 s ago", exact UTC on hover. */
export function showTime(element, at) {
  if (element.dateTime !== at) {
    element.dateTime = at;
    element.title = utcText(at);
  }
  const text = ago(gatewayNow() - Date.parse(at));
  if (element.textContent !== text) element.textContent = text;
}

export const refreshTimes = () => document.querySelectorAll('time[datetime]').forEach(t => showTime(t, t.dateTime));

/** Creates an element; children are text or elements, never markup. */
export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
