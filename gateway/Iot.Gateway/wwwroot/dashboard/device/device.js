// The page of one device: what is chosen lives in the address, so that a view can be sent to a colleague.
import { connect } from '../connection.js';
import * as access from './access.js';
import * as audit from './audit.js';
import * as config from './config.js';
import * as head from './head.js';
import * as history from './history.js';
import * as ledger from './ledger.js';
import * as values from './values.js';

const title = document.getElementById('device');
const { device, spoken } = title.dataset;
const hasSpoken = spoken === 'yes';

function showSheet(sheet) {
  if (!hasSpoken && sheet.state) return location.reload(); // its first message: there is something to show now

  head.show(sheet);
  access.show(sheet);
  config.stands(sheet.config);
  if (hasSpoken) ledger.showBooks(sheet.books);
}

/** A chart is there from the start: the series in the address, else the first. */
function pickSeries() {
  if (history.isShowing() || !values.firstKey()) return;
  const known = history.wanted().map(values.find).filter(Boolean);
  if (known.length) history.show(known);
  else if (history.wanted().length === 0) history.show([values.find(values.firstKey())]);
  values.mark(history.keys());
}

access.start(device, audit.refresh);
config.start(device, audit.refresh);
audit.start(device);
if (hasSpoken) {
  history.start(device, ledger.redrawBand);
  values.start({
    only(series) { history.show([series]); values.mark(history.keys()); },
    toggle(series) { values.note(history.toggle(series)); values.mark(history.keys()); },
  });
}
connect({
  overview() {
    if (!hasSpoken) return;
    history.tick();
    values.tick();
  },
  device: showSheet,
  gaps(frame) { if (hasSpoken) ledger.showGaps(frame.gaps); },
  values(frame) {
    if (!hasSpoken) return;
    values.put(frame.values);
    if (frame.skipped) values.skipped();
    pickSeries();
    history.put(frame.values);
  },
}, { device });
if (hasSpoken) {
  await values.show(device);
  pickSeries();
}
