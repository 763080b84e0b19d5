// What was done to the device and what it was refused, from the audit log: for admins only, others have no such panel.
import { make, setText, showTime } from '../format.js';
import { ask } from '../api.js';

const at = id => document.getElementById(id);
const most = 50;
let device = null;

export function start(chosen) {
  device = chosen;
  return refresh();
}

export async function refresh() {
  if (!at('audit')) return;

  try {
    const { entries } = await ask('audit', { device, limit: most });
    at('audit').replaceChildren(...entries.map(row));
    at('audit-scroll').hidden = entries.length === 0;
    at('audit-none').hidden = entries.length > 0;
    setText(at('audit-none'), 'Nothing was done to it, and it was refused nothing.');
  } catch (problem) {
    setText(at('audit-none'), problem.message);
  }
}

function row(entry) {
  const when = make('time');
  showTime(when, entry.at);
  const detail = [entry.on, entry.detail].filter(Boolean).join(' · ');
  return make('tr', '', make('td', '', when), ...[entry.act, entry.who, entry.from, entry.result, detail].map(text => make('td', '', text ?? '')));
}
