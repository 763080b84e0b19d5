// One dead letter: what was refused, what the schema of now says, its bytes, and what can be done.
import { ask } from '../api.js';
import { act } from '../acts.js';
import { count, make, setText, showTime } from '../format.js';
import { moment } from '../times.js';
import * as bytes from './bytes.js';
import { sure } from './sure.js';
import { reasonText, remedy } from './words.js';

const at = id => document.getElementById(id);
let id = null;
let schemaSeen = '';
let changed = () => {};

export const chosen = () => id;

/** @param onChange called when something was done with the letter. */
export function start(onChange) {
  changed = onChange;
  bytes.start();
  at('try').addEventListener('click', () => requeue(true));
  at('requeue').addEventListener('click', () => requeue(false));
  at('discard').addEventListener('click', discard);
}

export async function show(wanted) {
  id = wanted;
  schemaSeen = '';
  setText(at('letter-outcome'), '');
  if (id === null) return empty('No letter chosen', 'Choose one of the list to see its bytes, what of it is refused, and how to put it right.');
  await load();
}

/** Schema files were read again: the verdict may be another. */
export async function refresh() {
  if (id !== null) await load();
}

async function load() {
  const mine = id;
  try {
    const found = await ask(`dead-letters/${mine}`, {});
    if (mine === id) put(found);
  } catch (problem) {
    if (mine === id) empty(`Letter ${mine}`, problem.message);
  }
}

function empty(title, text) {
  setText(at('letter-title'), title);
  setText(at('letter-none'), text);
  at('letter-none').hidden = false;
  at('letter-body').hidden = at('letter-state').hidden = true;
}

function put({ deadLetter: letter, payload, note, message }) {
  at('letter-none').hidden = true;
  at('letter-body').hidden = at('letter-state').hidden = false;
  setText(at('letter-title'), `Letter ${letter.id}: ${reasonText(letter.reason)}`);
  at('letter-state').dataset.state = letter.state === 'kept' ? 'silent' : letter.state === 'requeued' ? 'closed' : '';
  setText(at('letter-state'), letter.state === 'kept' ? 'waiting' : letter.state);
  at('letter-facts').replaceChildren(...facts(letter, message));
  const own = message?.readings.find(reading => reading.index === letter.reading);
  showVerdict(letter, own, message);
  showReadings(letter, message);
  at('letter-acts').hidden = letter.state !== 'kept';
  bytes.put(payload, note, `dead-letter-${letter.id}.bin`, message?.failure?.position ?? -1);
}

function facts(letter, message) {
  const device = make('a', '', letter.device);
  device.href = `/devices/${encodeURIComponent(letter.device)}`;
  const received = make('time');
  showTime(received, letter.at);
  return [
    fact('Device', device),
    fact('Received', received),
    fact('Refused by', letter.sink ? `the ${letter.sink} sink` : letter.schema ? `schema ${letter.schema}` : 'the gateway'),
    ...(letter.detail ? [fact('It said', letter.detail)] : []),
    fact('What', letter.reading === undefined ? 'the whole message' : `reading ${letter.reading} of the message`),
    ...(letter.epoch ? [fact('Batch', `${count(letter.seq)} of outbox ${letter.epoch}`)] : []),
    fact('Journal', `offset ${letter.offset}`),
    ...(message ? [fact('Schema now', `${message.schema.version}${message.schema.file ? ` · ${message.schema.file}` : ', built in'}`)] : []),
  ].flat();
}

const fact = (name, value) => [make('dt', '', name), make('dd', '', value)];

function showVerdict(letter, own, message) {
  const now = at('letter-now');
  now.hidden = letter.state !== 'kept';
  at('letter-fix').replaceChildren();
  if (now.hidden) return;

  if (!message) {
    now.className = 'notice warn';
    setText(now, 'Not all bytes of the message are kept any more: it cannot be requeued.');
    return;
  }
  const isNews = schemaSeen !== '' && schemaSeen !== message.schema.version;
  schemaSeen = message.schema.version;
  const accepted = letter.reading === undefined ? !message.failure && message.readings.some(reading => !reading.refused) : own && !own.refused;
  at('requeue').classList.toggle('quiet', !accepted);
  now.className = `notice ${message.schema.problems.length ? 'bad' : accepted ? 'good' : 'warn'}`;
  setText(now, message.schema.problems.length ? `A schema file is broken, so the schemas from before are in force. ${message.schema.problems[0]}`
    : `${isNews ? `The schema has changed to ${message.schema.version}. ` : ''}${verdict(letter, own, message, accepted)}`);
  at('letter-fix').replaceChildren(...remedy(letter, own ?? message.readings.find(reading => reading.refused), message).map(part => part.code ? make('pre', '', make('code', '', part.code)) : make('p', '', part)));
}

function verdict(letter, own, message, accepted) {
  if (message.failure) return `It cannot be read: ${reasonText(message.failure.reason).toLowerCase()} at byte ${message.failure.position}.`;
  if (accepted) return letter.sink ? 'The schema accepts it; it was the sink that did not.' : 'The schema of now accepts it.';
  return own ? `The schema of now refuses it: ${reasonText(own.refused).toLowerCase()}.` : 'The schema of now refuses each of its readings.';
}

function showReadings(letter, message) {
  at('message').hidden = !message || Boolean(message.failure);
  if (at('message').hidden) return;

  const refused = message.readings.filter(reading => reading.refused).length;
  setText(at('message-count'), `${count(message.count)} ${message.count === 1 ? 'reading' : 'readings'}${refused ? `, ${count(refused)} refused` : ''}${message.readings.length < message.count ? `; ${count(message.readings.length)} shown` : ''}`);
  at('message-readings').replaceChildren(...message.readings.map(reading => readingRow(letter, reading)));
}

function readingRow(letter, reading) {
  const verdict = reading.refused ? make('span', 'bad', reasonText(reading.refused)) : make('span', 'muted', 'accepted');
  const row = make('tr', reading.index === letter.reading ? 'chosen-row' : '', make('td', 'number', String(reading.index)),
    make('td', 'name', reading.name, ...(reading.tags ? [make('small', 'muted', ` ${reading.tags}`)] : [])),
    make('td', 'number', reading.value, ...(reading.unit ? [make('span', 'muted', ` ${reading.unit}`)] : [])),
    make('td', 'name', verdict, ...(reading.rule ? [make('small', 'muted', ` ${reading.rule}`)] : [])), make('td', 'wide', moment(reading.time)));
  if (reading.index === letter.reading) row.setAttribute('aria-current', 'true');
  return row;
}

async function requeue(dryRun) {
  await perform(async () => {
    const { outcomes: [outcome] } = await act('POST', 'dead-letters/requeue', { parameters: { id, ...(dryRun && { dryRun }) } });
    const done = outcome.result === 'requeued';
    return `${dryRun ? (done ? 'It would be taken. ' : 'It would not be taken. ') : done ? 'Requeued: it is on its way to the sinks. ' : 'Not requeued. '}${outcome.detail}${dryRun ? ' Nothing was changed.' : ''}`;
  }, !dryRun);
}

async function discard() {
  if (await sure(`Discard letter ${id}?`, 'Its bytes go for good. It still counts as refused in the books.'))
    await perform(async () => {
      await act('POST', `dead-letters/${id}/discard`);
      return 'Discarded.';
    }, true);
}

async function perform(work, changes) {
  const buttons = at('letter-acts').querySelectorAll('button');
  buttons.forEach(button => { button.disabled = true; });
  try {
    const text = await work();
    if (changes) await Promise.all([load(), changed()]);
    setText(at('letter-outcome'), text);
  } catch (problem) {
    setText(at('letter-outcome'), problem.message);
  } finally {
    buttons.forEach(button => { button.disabled = false; });
  }
}
