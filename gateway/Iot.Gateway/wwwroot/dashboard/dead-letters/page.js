// The dead letters' page: filter and chosen letter live in the address, so that a link shows the same.
import { connect } from '../connection.js';
import { count, make, setText } from '../format.js';
import { inputOf, secondsOf } from '../times.js';
import * as letter from './letter.js';
import * as list from './list.js';
import { sure } from './sure.js';
import * as work from './work.js';
import { reasonText } from './words.js';

const at = id => document.getElementById(id);
const form = at('which');
let reason = '';
let waiting = 0;
let stand = null; // what the gateway last said: { newest, waiting, schemas }
let counted = null;

/** As the API wants it; what is not chosen is left out. */
function filter() {
  const f = form.elements;
  const all = { device: f.device.value.trim(), reason, state: f.state.value, from: secondsOf(f.from), to: secondsOf(f.to) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

function readAddress() {
  const address = new URLSearchParams(location.search);
  const f = form.elements;
  f.device.value = address.get('device') ?? '';
  f.state.value = address.get('state') ?? 'kept';
  if (f.state.selectedIndex < 0) f.state.value = 'kept';
  f.from.value = inputOf(address.get('from'));
  f.to.value = inputOf(address.get('to'));
  reason = address.get('reason') ?? '';
  return address.get('id');
}

function writeAddress() {
  const { state, ...rest } = filter();
  const id = letter.chosen();
  history.replaceState(null, '', `?${new URLSearchParams({ ...rest, ...(state !== 'kept' && { state }), ...(id && { id }) })}`);
}

async function load() {
  writeAddress();
  const groups = await list.load(filter(), stand?.newest ?? 0);
  list.markChosen(letter.chosen());
  if (groups) showReasons(groups);
}

function showReasons(groups) {
  const all = groups.reduce((sum, group) => sum + group.letters, 0);
  waiting = reason ? groups.find(group => group.reason === reason)?.letters ?? 0 : all;
  at('reasons').hidden = groups.length === 0 && !reason;
  const known = reason && !groups.some(group => group.reason === reason) ? [...groups, { reason, letters: 0 }] : groups;
  const focused = document.activeElement?.closest('#reasons') && reason;
  at('reasons').replaceChildren(chip('', 'All', all), ...known.map(group => chip(group.reason, reasonText(group.reason), group.letters)));
  if (focused !== null && focused !== undefined && focused !== false) at('reasons').querySelector('[aria-pressed=true]')?.focus();
  const kept = form.elements.state.value === 'kept';
  setText(at('letters-count'), all === 0 ? '' : `${count(waiting)} ${kept ? waiting === 1 ? 'waits' : 'wait' : form.elements.state.value === 'all' ? 'in all' : form.elements.state.value}`);
  at('all-acts').hidden = !kept || waiting === 0;
}

function chip(value, text, n) {
  const button = make('button', 'chip', text, ' ', make('span', 'muted', count(n)));
  button.type = 'button';
  button.setAttribute('aria-pressed', String(reason === value));
  button.addEventListener('click', () => {
    reason = value;
    load();
  });
  return button;
}

async function choose(id) {
  const shown = letter.show(id);
  list.markChosen(id);
  writeAddress();
  await shown;
  if (matchMedia('(max-width: 1179px)').matches) at('letter').scrollIntoView({ block: 'start' });
}

async function all(kind) {
  const which = { ...filter(), before: list.knownTo() + 1 };
  if (kind === 'discard' && !await sure(`Discard ${count(waiting)} dead ${waiting === 1 ? 'letter' : 'letters'}?`, 'All that the filter means. Their bytes go for good; they still count as refused in the books.')) return;
  await work.run(kind, which, waiting);
  if (kind !== 'try') await Promise.all([load(), letter.refresh()]);
}

async function heed(now) {
  const before = stand;
  stand = now;
  at('letters-full').hidden = !now.isFull;
  if (before === null) return;
  if (now.schemas !== before.schemas) await letter.refresh();
  if (now.newest > list.knownTo() && now.newest !== counted && !work.isRunning()) {
    counted = now.newest;
    await list.countNews().catch(() => { counted = null; }); // asked again with the next frame
  }
}

letter.start(load);
list.start(choose);
work.start();
for (const kind of ['try', 'requeue', 'discard']) at(`${kind}-all`).addEventListener('click', () => all(kind));
at('news').addEventListener('click', async () => {
  await load();
  at('letters').querySelector('a')?.focus();
});
form.addEventListener('submit', event => event.preventDefault());
form.addEventListener('change', load);
form.addEventListener('reset', () => setTimeout(() => { reason = ''; load(); }));
const wanted = readAddress();
connect({ overview(frame) { heed(frame.deadLetters); } });
if (wanted) letter.show(wanted);
await load();
