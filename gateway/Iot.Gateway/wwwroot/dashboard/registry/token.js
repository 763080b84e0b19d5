// The page of a new token: copies its lines, and waits until the device speaks.
import { connect } from '../connection.js';
import { setText } from '../format.js';

const { device, made } = document.getElementById('token').dataset;
const until = document.getElementById('until');
const end = new Date(until.dataset.until);
let hadToken = false;
let hasSpoken = false;

setText(until, `until ${end.toLocaleString([], { weekday: 'short', hour: '2-digit', minute: '2-digit' })}`);
until.title = end.toISOString().replace('T', ' ').replace('.000Z', ' UTC');

for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    await copy(document.getElementById(button.dataset.copy));
    setText(button, 'Copied');
    setTimeout(() => setText(button, 'Copy'), 2000);
  });
}

// Over plain HTTP a browser gives no clipboard to scripts; what is selected can be copied all the same.
async function copy(element) {
  getSelection().selectAllChildren(element);
  if (navigator.clipboard) await navigator.clipboard.writeText(element.textContent).catch(() => document.execCommand('copy'));
  else document.execCommand('copy');
}

connect({
  devices(frame) {
    const [known] = frame.devices;
    if (known) show(known);
  },
}, { list: true, only: device });

function show({ tokenUntil, lastSeen }) {
  hadToken ||= tokenUntil !== undefined;
  hasSpoken ||= lastSeen !== undefined && Date.parse(lastSeen) >= Date.parse(made);
  done('enrolled', tokenUntil === undefined && (hadToken || hasSpoken)); // a list from before the token shows none, either
  done('speaks', hasSpoken);
  if (!hasSpoken) return;

  setText(document.getElementById('waiting-title'), `${device} speaks.`);
  document.getElementById('speaks').hidden = false;
  document.getElementById('waiting-hint').hidden = true;
}

function done(step, isDone) {
  document.querySelector(`[data-step="${step}"]`).classList.toggle('done', isDone);
}
