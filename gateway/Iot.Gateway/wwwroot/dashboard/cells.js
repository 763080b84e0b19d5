// What a row says of a device, in the fleet of the overview and in the list of devices.
import { count, duration, setText } from './format.js';

export function showMissing(cell, data) {
  const missing = data.missing === 0 ? (data.provable ? '0' : '–') : `${count(data.missing)} in ${count(data.gaps)}`;
  setText(cell, missing);
  const held = data.held > 0 && data.held === data.missing;
  cell.className = held ? 'muted' : data.missing ? 'warn' : data.provable ? '' : 'muted';
  cell.title = held ? `${data.held} batches are held by the device and still to come` : data.missing ? `${data.missing} batches never arrived, in ${data.gaps} ${data.gaps === 1 ? 'gap' : 'gaps'}`
    : data.provable ? 'Every batch arrived' : 'It sends batches without a number, so a missing one cannot be seen';
}

// A skew of less than a tenth of a second is nothing to look at.
export function showClock(cell, { clock, skew }) {
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

export function showCount(cell, n, className) {
  setText(cell, count(n));
  cell.className = n ? className : 'muted';
}

/**
 * Only these devices, in this order. A row that stays where it is is not touched: a keyboard's focus and a half-done click are on it.
 * @param rows by the device's name, each with its row
 */
export function arrange(body, rows, devices) {
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
