// The device's configuration: what is desired, what the device says became of it, and a form for those who may desire.
import { setText, make } from '../format.js';
import { ask } from '../api.js';
import { act, confirmed } from '../acts.js';

const at = id => document.getElementById(id);
const words = {
  none: 'Configured by its own files.',
  pending: 'waits for the device to take it.',
  trial: 'is on trial: it counts once readings have arrived with it.',
  applied: 'is in force.',
  refused: 'was refused by the device, nothing was changed.',
  rolledBack: 'did not do, and the device went back to the last good one.',
  unknown: 'was answered in a way that cannot be understood.',
};
const tones = { applied: 'good', refused: 'bad', rolledBack: 'bad', trial: 'warn', pending: 'warn' };
let device = null;
let shown = null;
let inBox = null; // what the box held when it was filled: only what nobody has touched is replaced

export function start(chosen, changed) {
  device = chosen;
  at('config-form')?.addEventListener('submit', event => {
    event.preventDefault();
    desire(() => act('PUT', path(), { body: at('config-text').value })).then(changed);
  });
  at('config-clear')?.addEventListener('click', async () => {
    if (await confirmed(at('clear-dialog'))) await desire(() => act('DELETE', path())).then(changed);
  });
}

/** Called with every live frame: asks for the whole when something has changed. */
export async function stands(stand) {
  const now = JSON.stringify(stand);
  if (now === shown) return;
  shown = now;
  setText(at('config'), stand.version ? `Version ${stand.version} ${words[stand.state] ?? stand.state}` : words.none);
  at('config').className = tones[stand.state] ?? 'muted';
  at('config-problems').replaceChildren(...stand.problems.map(text => make('li', '', text)), ...stand.local.map(text => make('li', '', `On the device: ${text}`)));
  const whole = await ask(path(), {}).catch(() => null);
  if (whole) showWhole(whole);
}

const path = () => `devices/${encodeURIComponent(device)}/config`;

function showWhole(config) {
  const text = JSON.stringify(config.settings, null, 2);
  const box = at('config-text');
  if (box && (inBox === null || box.value === inBox)) box.value = inBox = text;
  if (at('config-shown')) setText(at('config-shown'), text);
  at('config-report').hidden = !config.reported;
  setText(at('config-reported'), config.reported ? JSON.stringify(config.reported, null, 2) : '');
}

async function desire(wish) {
  const answer = at('config-answer');
  answer.hidden = true;
  try {
    const config = await wish();
    inBox = null;
    showWhole(config);
  } catch (refused) {
    setText(answer, refused.message);
    answer.hidden = false;
  }
}
