// How the chosen device's configuration stands: what is desired, and what the device says became of it.
import { setText } from './format.js';
import { ask } from './api.js';

const line = document.getElementById('config');
const words = {
  pending: 'waits for the device to take it',
  trial: 'is on trial: it counts once readings have arrived with it',
  applied: 'is in force',
  refused: 'was refused by the device, nothing was changed',
  rolledBack: 'did not do, and the device went back to the last good one',
};
let device = null;

export async function show(chosen) {
  device = chosen;
  line.hidden = true;
  const config = await ask(`devices/${encodeURIComponent(chosen)}/config`, {}).catch(() => null);
  if (device !== chosen || !config) return;

  const problems = [...listed(config.reported?.problems), ...listed(config.reported?.local).map(text => `On the device: ${text} It runs with its last good configuration.`)];
  if (config.version === 0 && problems.length === 0) return;

  const desired = config.version === 0 ? 'Configured by its own files.' : `Configuration ${config.version} ${words[config.state] ?? config.state}.`;
  setText(line, [desired, ...(config.state === 'applied' || config.state === 'trial' ? problems.filter(text => text.startsWith('On the device')) : problems)].join(' '));
  line.classList.toggle('bad', config.state === 'refused' || config.state === 'rolledBack');
  line.classList.toggle('warn', listed(config.reported?.local).length > 0);
  line.hidden = false;
}

// A device may report anything.
const listed = problems => Array.isArray(problems)
  ? problems.slice(0, 4).map(p => [p?.key && `${p.key}${p.value === undefined ? '' : ` = ${p.value}`}:`, p?.reason].filter(Boolean).join(' ')) : [];
