// Which time the chart covers: the last minutes to days, or from one moment to another.
import { localInput, zone } from '../times.js';

const spans = { '15m': 900e3, '1h': 3600e3, '6h': 6 * 3600e3, '24h': 86400e3, '7d': 7 * 86400e3, '30d': 30 * 86400e3 };
const usual = '1h';
const shortest = 10; // ms: what is nearer cannot be told apart on the axis

const form = document.getElementById('custom');
const fromBox = document.getElementById('custom-from');
const toBox = document.getElementById('custom-to');
const radios = [...document.querySelectorAll('#ranges input')];
let chosen = { id: usual };

/** What goes into the address. */
export const inAddress = () => chosen.id === 'custom' ? { range: 'custom', from: chosen.from / 1000, to: chosen.to / 1000 } : { range: chosen.id };

/** from and to in ms; isLive: it moves with the clock. */
export function span(now) {
  if (chosen.id === 'custom') return { from: chosen.from, to: chosen.to, isLive: false };
  return { from: now - spans[chosen.id], to: now, isLive: true };
}

/** @param changed called after a choice of the user, not after restore or zoom. */
export function start(changed) {
  document.getElementById('custom-zone').textContent = `in ${zone} time`;
  for (const radio of radios) {
    radio.addEventListener('change', () => {
      if (radio.value === 'custom') {
        form.hidden = false;
        fillBoxes(span(Date.now()));
        fromBox.focus();
        return;
      }
      chosen = { id: radio.value };
      show();
      changed();
    });
  }
  form.addEventListener('submit', event => {
    event.preventDefault();
    const [from, to] = [Date.parse(fromBox.value), Date.parse(toBox.value)];
    toBox.setCustomValidity(from < to ? '' : 'The end must come after the start.');
    if (!form.reportValidity()) return;
    chosen = { id: 'custom', from, to };
    changed();
  });
  toBox.addEventListener('input', () => toBox.setCustomValidity(''));
}

/** As the address says. */
export function restore(address) {
  const [from, to] = [Number(address.get('from')) * 1000, Number(address.get('to')) * 1000];
  const id = address.get('range');
  chosen = id === 'custom' && from < to ? { id, from, to } : spans[id] ? { id } : { id: usual };
  show();
}

export function zoom(from, to) {
  const middle = (from + to) / 2;
  const half = Math.max(to - from, shortest) / 2;
  chosen = { id: 'custom', from: Math.max(0, Math.round(middle - half)), to: Math.round(middle + half) };
  show();
}

function show() {
  for (const radio of radios) radio.checked = radio.value === chosen.id;
  form.hidden = chosen.id !== 'custom';
  if (chosen.id === 'custom') fillBoxes(chosen);
}

function fillBoxes({ from, to }) {
  fromBox.value = localInput(from, 23);
  toBox.value = localInput(to, 23);
}
