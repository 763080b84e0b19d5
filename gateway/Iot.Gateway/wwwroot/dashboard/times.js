// Moments in the viewer's zone, in UTC, and as fields of a form want them.
import { make, utcText } from './format.js';

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const usual = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const exact = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

export const momentText = t => (t % 1000 ? exact : usual).format(t);
export const timeOfDayText = t => timeOfDay.format(t);

/** A moment as an element, exact UTC on hover. */
export function moment(at) {
  const element = make('span', '', usual.format(Date.parse(at)));
  element.title = utcText(at);
  return element;
}

/** The day once when both are on it. */
export function spanText({ from, to }) {
  return day.format(from) === day.format(to) ? `${usual.format(from)} – ${timeOfDay.format(to)}` : `${usual.format(from)} – ${usual.format(to)}`;
}

export const utcSpan = ({ from, to }) => [from, to].map(t => utcText(new Date(t).toISOString())).join(' – ');

/** As a field of a form wants it. @param digits of the text: 19 end with seconds, 23 with milliseconds */
export const localInput = (t, digits = 19) => new Date(t - new Date(t).getTimezoneOffset() * 60000).toISOString().slice(0, digits);

/** What a field holds, in whole seconds since 1970 as text; empty when it is empty. */
export const secondsOf = input => input.value ? String(Math.floor(Date.parse(input.value) / 1000)) : '';

/** The text of a field for seconds that stand in the address; empty for what is no time. */
export const inputOf = seconds => seconds > 0 && seconds < 1e11 ? localInput(Number(seconds) * 1000) : '';
