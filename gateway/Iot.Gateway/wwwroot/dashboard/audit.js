// The audit log: newest first, filters in the address. All of it is text: names come from strangers.
import { ask } from './api.js';
import { count, make, setText, showTime } from './format.js';
import { inputOf, secondsOf } from './times.js';

const at = id => document.getElementById(id);
const form = at('which');
const pageSize = 100;
let next = null;
let asked = 0;

function filter() {
  const f = form.elements;
  const all = { kind: f.kind.value.trim(), subject: f.subject.value.trim(), device: f.device.value.trim(), result: f.result.value, since: secondsOf(f.since), until: secondsOf(f.until) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

function readAddress() {
  const address = new URLSearchParams(location.search);
  for (const name of ['kind', 'subject', 'device', 'result']) form.elements[name].value = address.get(name) ?? '';
  for (const name of ['since', 'until']) form.elements[name].value = inputOf(address.get(name));
}

async function load() {
  const which = filter();
  history.replaceState(null, '', `?${new URLSearchParams(which)}`);
  at('export').href = `/api/v1/audit/export?${new URLSearchParams(which.since ? { since: which.since } : {})}`;
  at('entries').replaceChildren();
  await more(which, {});
}

async function more(which, from) {
  const mine = ++asked;
  try {
    const page = await ask('audit', { ...which, ...from, limit: pageSize });
    if (mine !== asked) return;
    at('entries').append(...page.entries.map(rowOf));
    next = page.next ?? null;
    at('older-acts').hidden = next === null;
    note(at('entries').children.length ? null : next ? 'None among the newest. Look for older ones.' : 'No entry is like that. Choose another filter.');
  } catch (problem) {
    if (mine === asked) note(problem.message);
  }
}

function rowOf(e) {
  const time = make('time');
  showTime(time, e.at);
  const result = make('span', e.result === 'ok' ? 'muted' : 'bad', e.result);
  return make('tr', '', make('td', 'number', count(e.seq)), make('td', '', time), make('td', '', e.act), make('td', 'name', e.who ?? ''), make('td', '', result),
    make('td', 'name', e.on ?? ''), make('td', 'name more', [e.detail, e.count > 1 && `${count(e.count)} times`].filter(Boolean).join(', ')), make('td', '', e.from ?? ''));
}

function note(text) {
  at('entries-scroll').hidden = text !== null;
  at('entries-none').hidden = text === null;
  if (text !== null) setText(at('entries-none'), text);
}

async function verify() {
  const verdict = at('verdict');
  verdict.hidden = false;
  verdict.className = 'notice';
  setText(verdict, 'Reading every line …');
  at('verify').disabled = true;
  try {
    const found = await ask('audit/verify', {});
    verdict.className = `notice ${found.intact ? 'good' : 'bad'}`;
    verdict.replaceChildren(make('span', '', found.intact
      ? `Intact: ${count(found.entries)} entries, ${count(found.first)} to ${count(found.last)}, signed to ${count(found.signedTo)}; ${count(found.unsigned)} after it are chained only. Note this elsewhere, and it proves later that nothing was taken from the end: `
      : `Not as it was written. ${found.finding} Entries up to ${count(found.last)} before it are intact. `), make('code', '', found.head));
  } catch (problem) {
    verdict.className = 'notice bad';
    setText(verdict, problem.message);
  } finally {
    at('verify').disabled = false;
  }
}

form.addEventListener('submit', event => event.preventDefault());
form.addEventListener('change', load);
form.addEventListener('reset', () => setTimeout(load));
at('older').addEventListener('click', () => more(filter(), { before: next }));
at('again').addEventListener('click', load);
at('verify').addEventListener('click', verify);
readAddress();
await load();
