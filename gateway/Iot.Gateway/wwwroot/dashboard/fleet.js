// The table of devices.
import { arrange, showClock, showCount, showMissing } from './cells.js';
import { count, make, perSecond, setText, showTime } from './format.js';

const body = document.getElementById('fleet');
const rows = new Map();

export function showFleet(frame, filter) {
  for (const row of frame.rows) showRow(row);
  if (frame.whole) arrange(body, rows, frame.rows.map(row => row.device));

  document.getElementById('fleet-scroll').hidden = rows.size === 0;
  document.getElementById('fleet-empty').hidden = frame.total > 0;
  const none = document.getElementById('fleet-none');
  none.hidden = frame.total === 0 || rows.size > 0;
  setText(none, `No device's name contains “${filter}”.`);
  setText(document.getElementById('fleet-count'), frame.total === 0 ? ''
    : rows.size < frame.matching ? `${count(rows.size)} of ${count(frame.matching)} devices; filter to find others`
    : `${count(frame.matching)}${filter ? ` of ${count(frame.total)}` : ''} ${frame.matching === 1 ? 'device' : 'devices'}`);
}

function showRow(data) {
  const cells = rows.get(data.device) ?? addRow(data.device);
  cells.state.dataset.state = data.state;
  setText(cells.state, data.state);
  showTime(cells.seen, data.lastSeen);
  showClock(cells.clock, data);
  setText(cells.rate, perSecond(data.rate));
  for (const name of ['received', 'accepted']) setText(cells[name], count(data[name]));
  showCount(cells.rejected, data.rejected, 'bad');
  showCount(cells.duplicate, data.duplicate, '');
  showMissing(cells.missing, data);
}

function addRow(device) {
  const link = make('a', '', device);
  link.href = `/devices/${encodeURIComponent(device)}`;
  const cells = {
    state: make('span', 'pill'), seen: make('time'), clock: make('span'), rate: make('span'), received: make('span'), accepted: make('span'),
    rejected: make('span'), duplicate: make('span'), missing: make('span'),
  };
  const wide = ['received', 'accepted', 'rejected', 'duplicate'];
  cells.row = make('tr', '', make('td', '', link), make('td', '', cells.state), make('td', '', cells.seen), make('td', 'wide', cells.clock),
    ...['rate', 'missing', ...wide].map(name => make('td', wide.includes(name) ? 'number wide' : 'number', cells[name])));
  cells.row.dataset.device = device;
  body.append(cells.row);
  rows.set(device, cells);
  return cells;
}
