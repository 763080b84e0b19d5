// Replays: the form, and how the running or the last one of each sink stands.
import { act } from '../acts.js';
import { count, make, setText, utcText } from '../format.js';
import { inputOf, localInput, momentText, secondsOf } from '../times.js';

const at = id => document.getElementById(id);
const form = at('replay');
const running = ['counting', 'sending', 'stopping'];
const stateText = {
  counting: 'counting', sending: 'sending', stopping: 'stopping', done: 'done', cancelled: 'cancelled',
  journal_full: 'ended: the spool needed the room', sink_gone: 'ended: the sink is no longer there', journal_gone: 'ended: the spool is another one now',
};
const cards = new Map();

export function start() {
  fill();
  form.addEventListener('submit', async event => {
    event.preventDefault();
    remember();
    await begin(event.submitter?.value !== 'send');
  });
}

/** The form's fields live in the address; without any it is the last hour. */
function fill() {
  const address = new URLSearchParams(location.search);
  const now = Date.now();
  form.elements.from.value = inputOf(address.get('from')) || localInput(now - 3600e3);
  form.elements.to.value = inputOf(address.get('to')) || localInput(now);
  form.elements.device.value = address.get('device') ?? '';
  form.elements.rate.value = address.get('rate') ?? '';
  form.elements.sink.dataset.wanted = address.get('sink') ?? '';
}

function asked() {
  const f = form.elements;
  const device = f.device.value.trim();
  return { sink: f.sink.value, from: secondsOf(f.from), to: secondsOf(f.to), ...(device && { device }), ...(f.rate.value && { rate: Number(f.rate.value) }) };
}

const remember = () => history.replaceState(null, '', `?${new URLSearchParams(asked())}`);

async function begin(dryRun) {
  at('replay-problem').hidden = true;
  try {
    await act('POST', 'replays', { body: { ...asked(), dryRun } });
  } catch (problem) {
    setText(at('replay-problem'), problem.message);
    at('replay-problem').hidden = false;
  }
}

export function show(sinks, replays, spool) {
  const select = form.elements.sink;
  if (select.options.length !== sinks.length) {
    select.replaceChildren(...sinks.map(name => new Option(name, name)));
    if (sinks.includes(select.dataset.wanted)) select.value = select.dataset.wanted;
  }
  for (const replay of replays) showOne(replay, cards.get(replay.sink) ?? add(replay.sink), spool);
}

function showOne(replay, card, spool) {
  const isRunning = running.includes(replay.state);
  card.pill.dataset.state = isRunning ? 'half-open' : replay.state === 'done' ? 'closed' : 'open';
  setText(card.pill, stateText[replay.state] ?? replay.state);
  setText(card.title, `${replay.dryRun ? 'Count for' : 'Replay to'} ${replay.sink}`);
  card.range.title = `${utcText(replay.from)} to ${utcText(replay.to)}`;
  setText(card.range, `received ${when(replay.from)} to ${when(replay.to)}${replay.device ? `, ${replay.device} only` : ''}${replay.rate ? `, at most ${count(replay.rate)} a second` : ''}`);
  card.stop.hidden = !isRunning;
  card.stop.disabled = replay.state === 'stopping';
  const total = replay.range.messages;
  card.progress.hidden = !isRunning || replay.dryRun;
  if (replay.state === 'counting') card.progress.removeAttribute('value');
  else card.progress.value = total ? Math.min(1, replay.sent.messages / total) : 1;
  setText(card.text, words(replay, isRunning, spool));
  setText(card.problem, replay.problem ?? '');
}

function words(replay, isRunning, spool) {
  const range = `${count(replay.range.readings)} readings in ${count(replay.range.messages)} messages`;
  const parts = [replay.state === 'counting' ? `${range} so far.` : replay.dryRun ? `${range} would be sent.` : `${count(replay.sent.messages)} of ${count(replay.range.messages)} messages sent, ${count(replay.sent.readings)} readings.`];
  if (replay.sent.later) parts.push(`${count(replay.sent.later)} later messages with values for the same times were sent behind them.`);
  if (replay.stillToCome) parts.push(`${count(replay.stillToCome)} messages of the range are still to be delivered anyway.`);
  if (replay.range.missing) parts.push(`${count(replay.range.missing)} records of the range are gone.`);
  if (replay.range.unreadable) parts.push(`${count(replay.range.unreadable)} cannot be opened.`);
  if (replay.refused) parts.push(`The sink refused ${count(replay.refused)} readings: ${replay.refusal ?? ''}`);
  if (!isRunning && replay.range.messages === 0) parts.push(spool.oldest ? `The spool holds nothing of it; its oldest message came ${when(replay.heldFrom ?? spool.oldest)}.` : 'The spool holds nothing.');
  return parts.join(' ');
}

const when = time => momentText(Date.parse(time));

function add(sink) {
  const card = { pill: make('span', 'pill'), title: make('strong'), range: make('p', 'muted'), text: make('p'), problem: make('p', 'bad'), progress: make('progress'), stop: make('button', 'quiet', 'Stop') };
  card.stop.type = 'button';
  card.progress.setAttribute('aria-label', `Progress of the replay to ${sink}`);
  card.stop.addEventListener('click', () => act('DELETE', `replays/${encodeURIComponent(sink)}`).catch(problem => setText(card.problem, problem.message)));
  const root = make('article', 'event replay-run', make('div', 'event-head', card.pill, card.title, card.stop), card.range, card.progress, card.text, card.problem);
  root.dataset.sink = sink;
  at('replays').append(root);
  cards.set(sink, card);
  return card;
}
