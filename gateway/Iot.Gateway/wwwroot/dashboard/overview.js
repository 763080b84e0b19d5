// The overview page: what is chosen lives in the address, so that a view can be sent to a colleague.
import { Live } from './live.js';
import { refreshTimes, setGatewayTime, setText } from './format.js';
import { showOverview } from './strip.js';
import * as fleet from './fleet.js';
import * as values from './values.js';
import * as chart from './chart.js';
import * as config from './config.js';
import * as ledger from './ledger.js';

const address = new URLSearchParams(location.search);
const chosen = { device: address.get('device'), series: address.get('series') };
const filter = document.getElementById('filter');
let lastFrame = '';

function remember() {
  const query = new URLSearchParams({ ...(chosen.device && { device: chosen.device }), ...(chosen.series && { series: chosen.series }), ...chart.range() });
  history.replaceState(null, '', `?${query}`);
}

async function chooseDevice(device, series = null) {
  chosen.device = device;
  chosen.series = series;
  fleet.markChosen(device);
  live.open(device, filter.value.trim());
  chart.clear(device ? 'Choose a series above to see its history.' : undefined);
  remember();
  ledger.show(device);
  config.show(device);
  await values.show(device);
  if (chosen.device === device) pickSeries();
}

function chooseSeries(key) {
  chosen.series = key;
  values.markChosen(key);
  const series = values.find(key);
  if (series) chart.show(chosen.device, series);
  remember();
}

/** A chart is there from the start: the one in the address, else the first. */
function pickSeries() {
  if (chart.isShowing()) return;
  const key = chosen.series && values.find(chosen.series) ? chosen.series : chosen.series ? null : values.firstKey();
  if (key) chooseSeries(key);
}

function showSecurityHint({ open }) {
  const hint = document.getElementById('security-hint');
  hint.hidden = open === 0;
  setText(hint.firstElementChild, `${open === 1 ? 'One security event is' : `${open} security events are`} open: look at what was seen`);
}

const live = new Live({
  state(state) {
    const pill = document.getElementById('connection');
    pill.dataset.state = state;
    setText(pill, state === 'lost' ? 'connection lost' : state);
    document.body.classList.toggle('stale', state === 'lost');
    const stale = document.getElementById('stale');
    stale.hidden = state !== 'lost';
    if (state === 'lost') setText(stale, `The gateway does not answer. ${lastFrame && `The figures below are from ${lastFrame}; `}trying again …`);
  },
  overview(frame) {
    lastFrame = new Date().toLocaleTimeString();
    setGatewayTime(frame.at);
    showOverview(frame);
    showSecurityHint(frame.security);
  },
  fleet(frame) {
    const first = fleet.showFleet(frame, filter.value.trim(), chosen.device);
    if (!chosen.device && first) chooseDevice(first);
  },
  values(frame) {
    values.put(frame.device, frame.values);
    pickSeries();
    if (frame.device === chosen.device) chart.put(frame.values);
  },
});

let typing = 0;
filter.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => live.open(chosen.device, filter.value.trim()), 250);
});

fleet.start(device => chooseDevice(device));
values.start(chooseSeries);
chart.start(address, remember);
setInterval(refreshTimes, 1000);
setInterval(ledger.refresh, 1000);
if (chosen.device) chooseDevice(chosen.device, chosen.series);
else live.open(null, '');
