// The page of a new token: copies its lines, and waits until the device speaks.
import { connect } from '../connection.js';
import { copyButtons } from '../copying.js';
import { setText, utcText } from '../format.js';

const { device, made } = document.getElementById('token').dataset;
const until = document.getElementById('until');
const end = new Date(until.dataset.until);
let hadToken = false;
let hasSpoken = false;

setText(until, `until ${end.toLocaleString([], { weekday: 'short', hour: '2-digit', minute: '2-digit' })}`);
until.title = utcText(until.dataset.until);

copyButtons();
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
