// What lets the device in: its certificates; tokens, disabling and enabling for those who may.
import { make, setText } from '../format.js';
import { confirmed, send } from './send.js';

const at = id => document.getElementById(id);
const states = { pending: 'expected; it has not enrolled yet', active: 'enrolled', disabled: 'disabled' };
const date = moment => moment.replace('T', ' ').slice(0, 16) + ' UTC';
let shown = null;

export function start(device, changed) {
  for (const button of document.querySelectorAll('[data-act]')) {
    button.addEventListener('click', () => act(device, button.dataset.act).then(changed));
  }
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(at(button.dataset.copy).textContent);
      setText(button, 'Copied');
    });
  }
}

export function show({ registered }) {
  const now = JSON.stringify(registered ?? null);
  if (now === shown) return;
  shown = now;
  at('access-none').hidden = Boolean(registered);
  setText(at('access-state'), registered ? states[registered.state] ?? registered.state : '');
  at('certificates').replaceChildren(...(registered?.certificates ?? []).map(certificateLine),
    ...(registered?.hasPassword ? [make('li', '', 'It has a password, too.')] : []));
  for (const button of document.querySelectorAll('[data-act]')) {
    button.hidden = button.dataset.act === 'enable' ? registered?.state !== 'disabled' : registered?.state === 'disabled';
  }
}

function certificateLine(certificate) {
  const print = make('code', '', certificate.fingerprint);
  const item = make('li', certificate.revoked ? 'revoked' : '', print,
    make('small', '', `${certificate.revoked ? 'revoked · ' : ''}valid from ${date(certificate.notBefore)} until ${date(certificate.notAfter)}`));
  return item;
}

async function act(device, what) {
  if (what === 'disable' && !await confirmed(at('disable-dialog'), 'disable')) return;

  const problem = at('access-problem');
  problem.hidden = true;
  try {
    const answer = await send('POST', `registry/${encodeURIComponent(device)}/${what}`);
    if (what === 'token') showToken(answer);
  } catch (refused) {
    setText(problem, refused.message);
    problem.hidden = false;
    problem.scrollIntoView({ block: 'nearest' });
  }
}

function showToken(token) {
  at('token-install-part').hidden = !token.install;
  setText(at('token-install'), token.install ?? '');
  setText(at('token-command'), token.command);
  setText(at('token-until'), date(token.until));
  at('token').hidden = false;
  at('token').scrollIntoView({ block: 'nearest' });
}
