// Says at once when a name cannot be, or is taken. The gateway judges it again.
import { setText } from '../format.js';

const device = document.getElementById('device');
const problem = document.getElementById('device-problem');
const good = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
let typing = 0;

device.addEventListener('input', () => {
  clearTimeout(typing);
  const why = whyNot(device.value);
  say(why);
  if (!why && device.value) typing = setTimeout(() => lookUp(device.value), 300);
});
if (device.value && !document.querySelector('.notice.bad')) lookUp(device.value);

function whyNot(name) {
  if (name === '' || good.test(name)) return '';
  const first = [...name].find((c, i) => !(i === 0 ? /[A-Za-z0-9]/ : /[A-Za-z0-9._-]/).test(c));
  return name.startsWith(first) ? 'The first must be a letter or a digit.'
    : first === ' ' ? 'No blanks: write - or _ instead.'
    : `“${first}” cannot be in a name.`;
}

async function lookUp(name) {
  const answer = await fetch(`/api/v1/fleet?only=${encodeURIComponent(name)}`).catch(() => null);
  const [known] = answer?.ok ? (await answer.json()).devices : [];
  if (device.value === name && known?.registration) say(`There is a ${name} already. A new token for it is on its page.`);
}

function say(why) {
  setText(problem, why);
  device.setAttribute('aria-invalid', String(why !== ''));
  device.setCustomValidity(why);
}
