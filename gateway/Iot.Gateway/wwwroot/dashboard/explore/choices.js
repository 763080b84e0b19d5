// What is chosen: at most twelve places, each with one series or all devices of a field. A place keeps its colour when one before it is emptied.
import { unitText } from '../format.js';

export const mostPlaces = 12;
const anyDevice = '*'; // no device can be called so

export const keyOf = s => [s.device, s.measurement, s.field, s.tags ?? ''].join('\u001f');
export const allOf = field => ({ device: anyDevice, measurement: field.measurement, field: field.field, tags: '' });
export const isAll = choice => choice.device === anyDevice;
export const covers = (all, s) => isAll(all) && all.measurement === s.measurement && all.field === s.field;

export const nameOf = s => `${isAll(s) ? 'all devices' : s.device} · ${s.measurement}/${s.field}${s.tags ? ` · ${s.tags}` : ''}`;
export const labelOf = s => nameOf(s) + (s.unit ? ` in ${unitText(s.unit)}` : '');

/** As the address spells it: device/measurement/field/tags. */
export const toText = choice => [choice.device, choice.measurement, choice.field, choice.tags ?? ''].map(encodeURIComponent).join('/');

/** Null for what nobody could have chosen. */
export function fromText(text) {
  const parts = text.split('/');
  if (parts.length !== 4 || !parts[0] || !parts[2]) return null;
  try {
    const [device, measurement, field, tags] = parts.map(decodeURIComponent);
    return { device, measurement, field, tags };
  } catch {
    return null; // a % that stands for nothing
  }
}

/** False when there is no place left. */
export function add(choices, choice) {
  if (choices.some(one => one && keyOf(one) === keyOf(choice))) return true;
  const free = choices.indexOf(null);
  const place = free >= 0 ? free : choices.length;
  if (place >= mostPlaces) return false;
  choices[place] = choice;
  return true;
}

export function remove(choices, choice) {
  const place = choices.findIndex(one => one && keyOf(one) === keyOf(choice));
  if (place >= 0) choices[place] = null;
  while (choices.length && choices.at(-1) === null) choices.pop();
}
