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
const refusalsEveryMs = 10000;
let shown = -1;
let askedAt = 0;
let asking = false;

async function refresh(version) {
  if (asking) return; // the next frame asks again
  asking = true;
  askedAt = Date.now();
  try {
    const { events } = await ask('security-events', { limit: 500 });
    showEvents(events);
    await showRefusals();
  } catch (problem) {
    setText(at('open-count'), problem.message);
  } finally {
    shown = version;
    asking = false;
  }
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
async function showRefusals() {
  if (!at('refusals')) return;

  const pages = await Promise.all(['mqtt', 'api', 'device'].map(kind => ask('audit', { kind, limit: 100 })));
  const refused = pages.flatMap(page => page.entries).filter(e => e.result === 'refused').sort((a, b) => b.seq - a.seq).slice(0, 30);
  at('refusals').replaceChildren(...refused.map(e => make('tr', '', make('td', '', time(e.at)), ...[e.act, e.who, e.from, e.on, e.detail].map(text => make('td', '', text ?? '')))));
  at('refusals-scroll').hidden = refused.length === 0;
  at('refusals-none').hidden = refused.length > 0;
}

connect({
  overview(frame) {
    if (frame.security.version !== shown || Date.now() - askedAt > refusalsEveryMs) refresh(frame.security.version);
  },
});
