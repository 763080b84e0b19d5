// The table of devices.
import { count, make, perSecond, setText, showTime } from './format.js';

const body = document.getElementById('fleet');
const rows = new Map();

export function showFleet(frame, filter) {
  for (const row of frame.rows) showRow(row);
  if (frame.whole) keepOnly(frame.rows.map(row => row.device));

  document.getElementById('fleet-scroll').hidden = rows.size === 0;
  document.getElementById('fleet-empty').hidden = frame.total > 0;
  const none = document.getElementById('fleet-none');
  none.hidden = frame.total === 0 || rows.size > 0;
  setText(none, `No device's name contains “${filter}”.`);
  setText(document.getElementById('fleet-count'), frame.total === 0 ? ''
    : rows.size < frame.matching ? `${count(rows.size)} of ${count(frame.matching)} devices; filter to find others`
    : `${count(frame.matching)}${filter ? ` of ${count(frame.total)}` : ''} ${frame.matching === 1 ? 'device' : 'devices'}`);
}

// A row that stays is not touched: a keyboard's focus and a half-done click are on it.
function keepOnly(devices) {
  const wanted = new Set(devices);
  for (const [name, cells] of rows) {
    if (wanted.has(name)) continue;
    cells.row.remove();
    rows.delete(name);
  }
  let next = body.firstElementChild;
  for (const name of wanted) {
    const { row } = rows.get(name);
    if (row === next) next = next.nextElementSibling;
    else body.insertBefore(row, next);
  }
}

function showRow(data) {
  const cells = rows.get(data.device) ?? addRow(data.device);
  cells.state.dataset.state = data.state;
  setText(cells.state, data.state);
  showTime(cells.seen, data.lastSeen);
  showClock(cells.clock, data);
  setText(cells.rate, perSecond(data.rate));
  for (const name of ['received', 'accepted']) setText(cells[name], count(data[name]));
  alarm(cells.rejected, data.rejected, 'bad');
  alarm(cells.duplicate, data.duplicate, '');
  const missing = data.missing === 0 ? (data.provable ? '0' : '–') : `${count(data.missing)} in ${count(data.gaps)}`;
  setText(cells.missing, missing);
  const held = data.held > 0 && data.held === data.missing;
  cells.missing.className = held ? 'muted' : data.missing ? 'warn' : data.provable ? '' : 'muted';
  cells.missing.title = held ? `${data.held} batches are held by the device and still to come` : data.missing ? `${data.missing} batches never arrived, in ${data.gaps} ${data.gaps === 1 ? 'gap' : 'gaps'}`
    : data.provable ? 'Every batch arrived' : 'It sends batches without a number, so a missing one cannot be seen';
}

// A skew of less than a tenth of a second is nothing to look at.
function showClock(cell, { clock, skew }) {
  const off = skew !== undefined && Math.abs(skew) >= 0.1 ? ` ${skew > 0 ? '+' : '−'}${duration(Math.abs(skew))}` : '';
  setText(cell, clock ? clock + off : '–');
  cell.className = !clock ? 'muted' : clock === 'unsynchronised' ? 'warn' : '';
  cell.title = !clock ? 'It does not say where its times come from'
    : `${clockMeans[clock]}${skew === undefined ? '' : `; its own clock is ${Math.abs(skew)} s ${skew < 0 ? 'behind' : 'ahead of'} this gateway's`}`;
}

const clockMeans = {
  synchronised: 'Its clock is synchronised',
  unsynchronised: 'Nobody confirms its clock: the times of its readings may be wrong',
  gateway: 'It takes the time from this gateway',
};

const duration = s => s >= 86400 ? `${Math.round(s / 86400)} d` : s >= 3600 ? `${Math.round(s / 3600)} h` : s >= 60 ? `${Math.round(s / 60)} min` : `${s.toFixed(1)} s`;

function alarm(cell, n, className) {
  setText(cell, count(n));
  cell.className = n ? className : 'muted';
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
