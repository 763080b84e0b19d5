// The rows of one page of the list.
import { arrange, showClock, showCount, showMissing } from '../cells.js';
import { count, make, perSecond, setText, showTime } from '../format.js';

const body = document.getElementById('list');
const scroll = document.getElementById('list-scroll');
const rows = new Map();
let waiting = null;

export const isEmpty = () => rows.size === 0;

/** @param moves the order changes by itself: it is held while somebody points at a row or is in one by keyboard. */
export function show(frame, moves) {
  if (frame.whole && moves && isInUse()) {
    waiting = frame.devices;
    frame.devices.filter(data => rows.has(data.device)).forEach(showRow);
    return;
  }

  frame.devices.forEach(showRow);
  if (frame.whole) arrangeNow(frame.devices);
}

/** Other rows are asked for: nothing is held for them. */
export function forget() { waiting = null; }

const isInUse = () => rows.size > 0 && body.matches(':hover, :focus-within');

for (const end of ['mouseleave', 'focusout']) {
  body.addEventListener(end, () => setTimeout(() => {
    if (!waiting || isInUse()) return;
    const devices = waiting;
    waiting = null;
    devices.forEach(showRow);
    arrangeNow(devices);
  }));
}

// All of a row leads to the device, and so does its link by keyboard.
body.addEventListener('click', event => {
  if (event.target.closest('a') || !getSelection().isCollapsed) return;
  event.target.closest('tr')?.querySelector('a').click();
});

function arrangeNow(devices) {
  waiting = null;
  arrange(body, rows, devices.map(data => data.device));
  scroll.hidden = rows.size === 0;
}

function showRow(data) {
  const cells = rows.get(data.device) ?? addRow(data.device);
  cells.state.dataset.state = data.state;
  setText(cells.state, data.state.replace('_', ' '));
  setText(cells.site, data.site ?? '–');
  setText(cells.type, data.type ?? '–');
  setText(cells.about, [data.site, data.type, data.missing && `${count(data.missing)} missing`].filter(Boolean).join(' · '));
  if (data.lastSeen) showTime(cells.seen, data.lastSeen);
  showFigures(cells, data);
}

function showFigures(cells, data) {
  showClock(cells.clock, data);
  if (!data.lastSeen) {
    cells.seen.replaceChildren(data.tokenUntil ? 'token waits' : 'never');
    for (const name of ['rate', 'missing', 'rejected']) setText(cells[name], '–');
    return;
  }
  setText(cells.rate, perSecond(data.rate));
  showMissing(cells.missing, data);
  showCount(cells.rejected, data.rejected, 'bad');
}

function addRow(device) {
  const link = make('a', '', device);
  link.href = `/devices/${encodeURIComponent(device)}`;
  const cells = { about: make('small', 'narrow muted'), state: make('span', 'pill'), seen: make('time') };
  for (const name of ['site', 'type', 'rate', 'missing', 'clock', 'rejected']) cells[name] = make('span');
  const wide = (name, isNumber) => make('td', isNumber ? 'number wide' : 'wide', cells[name]);
  cells.row = make('tr', '', make('td', '', link, cells.about), make('td', '', cells.state), make('td', '', cells.seen),
    wide('site'), wide('type'), wide('rate', true), wide('missing', true), wide('clock'), wide('rejected', true));
  cells.row.dataset.device = device;
  rows.set(device, cells);
  return cells;
}
