// What lets the device in: its certificates; disabling and enabling for those who may. A new token has a page of its own.
import { make, setText } from '../format.js';
import { moment } from '../times.js';
import { act, confirmed } from '../acts.js';

const at = id => document.getElementById(id);
const states = { pending: 'expected; it has not enrolled yet', active: 'enrolled', disabled: 'disabled' };
let shown = null;

export function start(device, changed) {
  for (const button of document.querySelectorAll('[data-act]')) button.addEventListener('click', () => perform(device, button.dataset.act).then(changed));
}

export function show({ registered }) {
  const now = JSON.stringify(registered ?? null);
  if (now === shown) return;
  shown = now;
  at('access-none').hidden = Boolean(registered);
  setText(at('access-state'), registered ? states[registered.state] ?? registered.state : '');
  at('certificates').replaceChildren(...(registered?.certificates ?? []).map(certificateLine),
    ...(registered?.hasPassword ? [make('li', '', 'It has a password, too.')] : []));
  showActs(registered?.state === 'disabled' ? 'out' : 'in');
}

/** What can be done now. A keyboard that stood on what goes finds itself on what took its place. */
function showActs(stands) {
  const focused = document.activeElement;
  for (const part of document.querySelectorAll('[data-when]')) part.hidden = part.dataset.when !== stands;
  if (focused?.dataset.act && focused.hidden) document.querySelector('[data-act]:not([hidden])')?.focus();
}

function certificateLine(certificate) {
  const print = make('code', '', certificate.fingerprint);
  return make('li', certificate.revoked ? 'revoked' : '', print,
    make('small', '', certificate.revoked ? 'revoked · ' : '', 'valid from ', moment(certificate.notBefore), ' until ', moment(certificate.notAfter)));
}

async function perform(device, what) {
  if (what === 'disable' && !await confirmed(at('disable-dialog'))) return;

  const problem = at('access-problem');
  problem.hidden = true;
  try {
    await act('POST', `registry/${encodeURIComponent(device)}/${what}`);
  } catch (refused) {
    setText(problem, refused.message);
    problem.hidden = false;
    problem.scrollIntoView({ block: 'nearest' });
  }
}
