// The spool, the embedded store and the backup that is being made.
import { bytes, count, make, perSecond, setText, showTime } from '../format.js';

const at = id => document.getElementById(id);
const backupHint = at('backup-state')?.cloneNode(true);

export function showSpool(spool) {
  at('spool-use').value = spool.maxBytes ? Math.min(1, spool.bytes / spool.maxBytes) : 0;
  at('spool-state').hidden = !spool.isFull;
  at('spool-state').dataset.state = 'full';
  at('spool-title').closest('section').classList.toggle('full', spool.isFull);
  facts(at('spool'), [
    ['On disk', `${bytes(spool.bytes)} of ${bytes(spool.maxBytes)}${spool.isFull ? ': nothing is acknowledged until there is room; devices keep what they have' : ''}`],
    ['Messages', count(spool.records)],
    ['The oldest came', spool.oldest ? { time: spool.oldest } : 'none is held'],
    ['Written', `${bytes(spool.bytesPerSecond)} a second`],
    ['fsync', spool.syncMs === undefined ? 'none in the last half minute' : `${spool.syncMs} ms in the mean, ${perSecond(spool.syncsPerSecond)} a second`],
  ]);
}

export function showStore(store) {
  at('store-panel').hidden = !store;
  if (!store) return;

  facts(at('store'), [
    ['On disk', `${bytes(store.bytes)}${store.walBytes ? ` and ${bytes(store.walBytes)} not yet moved into it` : ''}`],
    ['Holds', `about ${count(store.readings)} readings of ${count(store.series)} series`],
    ['Readings stay', `${span(store.retainSeconds)}${store.deletedBefore ? `; before ${store.deletedBefore.slice(0, 10)} they are deleted` : '; none is deleted so far'}`],
    ['Minutes and hours', store.notRolledUp === undefined ? 'are not made (Embedded:RollUps is off)' : `stay ${span(store.rollUpSeconds)}; ${store.notRolledUp === 0 ? 'up to date' : `${count(store.notRolledUp)} messages behind`}`],
    ['Archive', !store.archives ? 'off (Embedded:Archive)' : store.lastDay ? `${count(store.archivedFiles)} files, ${bytes(store.archivedBytes)}, up to ${store.lastDay}` : 'no day has been written so far'],
  ]);
}

export function showBackup(sent) {
  const state = at('backup-state');
  if (!state) return;

  const isMade = sent !== undefined;
  at('backup').querySelector('button').disabled = isMade;
  if (isMade) setText(state, `A backup is being made: ${bytes(sent)} sent. It is whole when the browser has all of it.`);
  else if (state.dataset.wasMade) state.replaceChildren(...backupHint.cloneNode(true).childNodes);
  state.dataset.wasMade = isMade ? 'yes' : '';
}

function facts(list, lines) {
  for (const [name, value] of lines) {
    let line = list.querySelector(`dd[data-name="${name}"]`);
    if (!line) {
      line = make('dd', '');
      line.dataset.name = name;
      list.append(make('dt', '', name), line);
    }
    if (typeof value === 'string') setText(line, value);
    else {
      if (line.firstElementChild?.tagName !== 'TIME') line.replaceChildren(make('time'));
      showTime(line.firstElementChild, value.time);
    }
  }
}

function span(s) {
  if (s === 0) return 'for ever';
  if (s % 86400 === 0) return `${count(s / 86400)} days`;
  return s % 3600 === 0 ? `${count(s / 3600)} hours` : `${count(s)} seconds`;
}
