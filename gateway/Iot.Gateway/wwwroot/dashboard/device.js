// The page of one device: what is chosen lives in the address, so that a view can be sent to a colleague.
import { connect } from './connection.js';
import * as values from './values.js';
import * as chart from './chart.js';
import * as config from './config.js';
import * as ledger from './ledger.js';

const address = new URLSearchParams(location.search);
const device = document.getElementById('device').dataset.device;
let chosen = address.get('series');

function remember() {
  history.replaceState(null, '', `?${new URLSearchParams({ ...(chosen && { series: chosen }), ...chart.range() })}`);
}

function choose(key) {
  chosen = key;
  values.markChosen(key);
  const series = values.find(key);
  if (series) chart.show(device, series);
  remember();
}

/** A chart is there from the start: the one in the address, else the first. */
function pickSeries() {
  if (chart.isShowing()) return;
  const key = chosen && values.find(chosen) ? chosen : chosen ? null : values.firstKey();
  if (key) choose(key);
}

values.start(choose);
chart.start(address, remember);
connect({
  values(frame) {
    values.put(frame.device, frame.values);
    pickSeries();
    chart.put(frame.values);
  },
}, device);
ledger.show(device);
config.show(device);
setInterval(ledger.refresh, 1000);
await values.show(device);
pickSeries();
