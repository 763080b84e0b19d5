// Times in the viewer's zone.
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const exact = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

export const momentText = t => (t % 1000 ? exact : moment).format(t);

/** The day once when both are on it. */
export function spanText({ from, to }) {
  return day.format(from) === day.format(to) ? `${moment.format(from)} – ${timeOfDay.format(to)}` : `${moment.format(from)} – ${moment.format(to)}`;
}

export const utcSpan = ({ from, to }) => [from, to].map(t => new Date(t).toISOString().replace('T', ' ').replace('Z', ' UTC')).join(' – ');

/** As a field of a form wants it. */
export const localInput = t => new Date(t - new Date(t).getTimezoneOffset() * 60000).toISOString().slice(0, 19);
