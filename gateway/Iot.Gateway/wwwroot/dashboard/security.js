// The security page: what is open first, the worst on top. All of it is text: names come from strangers.
import { ask } from './api.js';
import { connect } from './connection.js';
import { count, make, setText, showTime } from './format.js';

const at = id => document.getElementById(id);
const severities = ['critical', 'warning', 'notice'];
const kinds = {
  takeover_flapping: 'Taken over again and again',
  foreign_topics: 'Foreign topics',
  credential_guessing: 'Credentials are guessed',
  certificate_shared: 'Certificate used from two places',
  unusual_rate: 'Sends far more than usual',
  sequence_regression: 'Sequence went back',
  clock_jump: 'Clock jumped',
  unusual_value: 'Unusual value',
};
const pauseMs = 10000; // between refusals in a storm of them, and after a failure
const mostRefusals = 30;
let shown = { version: -1, refusals: -1 };
let [refusalsFrom, askFrom] = [0, 0]; // not before that
let asking = false;

/** What has changed is asked for; the next frame asks again for what came meanwhile. */
async function refresh({ version, refusals }) {
  if (asking || performance.now() < askFrom) return;
  asking = true;
  try {
    if (version !== shown.version) {
      showEvents((await ask('security-events', { limit: 500 })).events);
      shown.version = version;
    }
    if (at('refusals') && refusals !== shown.refusals && performance.now() >= refusalsFrom) {
      refusalsFrom = performance.now() + pauseMs;
      showRefusals((await ask('audit', { result: 'refused', limit: mostRefusals })).entries);
      shown.refusals = refusals;
    }
    say('');
  } catch (problem) {
    askFrom = performance.now() + pauseMs;
    say(`What is below may be old: ${problem.message}`);
  } finally {
    asking = false;
  }
}

function say(text) {
  at('problem').hidden = text === '';
  setText(at('problem'), text);
}

function showEvents(events) {
  const open = events.filter(e => e.state === 'open').sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || b.number - a.number);
  const closed = events.filter(e => e.state === 'closed');
  at('open-list').replaceChildren(...open.map(card));
  at('closed-list').replaceChildren(...closed.map(card));
  at('open-none').hidden = open.length > 0;
  at('closed-none').hidden = closed.length > 0;
  setText(at('open-count'), open.length ? count(open.length) : '');
}

function card(e) {
  const pill = make('span', 'pill', e.severity);
  pill.dataset.severity = e.severity;
  const head = make('div', 'event-head', pill, make('strong', '', kinds[e.kind] ?? e.kind), make('span', 'subject', ...subject(e)));
  const times = make('p', 'muted', 'opened ', time(e.since), e.count > 1 ? `, seen ${count(e.count)} times, the last ` : ', last seen ', time(e.last), ...(e.closed ? [', closed ', time(e.closed)] : []));
  const item = make('article', 'event', head, make('p', '', e.seen), make('p', 'muted', `usual: ${e.normal}`), times);
  item.dataset.kind = e.kind;
  return item;
}

function subject(e) {
  if (!e.device) return [e.subject, ...(e.address && e.address !== e.subject ? [` from ${e.address}`] : [])];
  const link = make('a', '', e.device);
  link.href = `/devices/${encodeURIComponent(e.device)}`;
  return [link];
}

function time(moment) {
  const element = make('time');
  showTime(element, moment);
  return element;
}

// The audit log is the admins': for others there is no such panel.
function showRefusals(refused) {
  at('refusals').replaceChildren(...refused.map(e => make('tr', '', make('td', '', time(e.at)), ...[e.act, e.who, e.from, e.on, e.detail].map(text => make('td', '', text ?? '')))));
  at('refusals-scroll').hidden = refused.length === 0;
  at('refusals-none').hidden = refused.length > 0;
}

connect({ overview(frame) { refresh(frame.security); } });
