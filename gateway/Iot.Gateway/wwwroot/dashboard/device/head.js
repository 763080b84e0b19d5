// The head of the page: how the device is, what is wrong with it, what it says of itself.
import { count, duration, make, perSecond, setText, showTime, utcText } from '../format.js';
import { leads } from '../leads.js';

const at = id => document.getElementById(id);
const sinceWords = { online: 'Online since', offline: 'Offline since', silent: 'Connected since' };
const clocks = { synchronised: 'synchronised', unsynchronised: 'not synchronised', gateway: 'the gateway’s time' };
let shownTroubles = null;
let shownStatus = null;

export function show(sheet) {
  showState(sheet);
  showLabels(sheet.registered);
  at('facts').replaceChildren(...facts(sheet).map(([name, ...value]) => make('div', '', make('dt', '', name), make('dd', '', ...value))));
  showTroubles(sheet.troubles);
  showStatus(sheet.status);
}

function showState({ state, registered }) {
  const isOut = registered?.state === 'disabled';
  const pill = at('state');
  pill.dataset.state = isOut ? 'disabled' : state ?? 'none';
  setText(pill, isOut ? 'disabled' : state ?? 'never spoke');
}

function showLabels(registered) {
  const labels = registered
    ? [['site', registered.site], ['type', registered.type], ...Object.entries(registered.tags).sort()].filter(([, value]) => value) : [];
  at('labels').replaceChildren(...labels.map(([name, value]) => make('span', 'label', make('small', '', name), ' ', value)));
}

function facts(sheet) {
  return [
    sheet.lastSeen && ['Last seen', time(sheet.lastSeen)],
    sheet.since && sheet.state && [sinceWords[sheet.state], time(sheet.since)],
    sheet.state && ['Readings', `${perSecond(sheet.rate)} a second`],
    sheet.agent && ['Agent', sheet.agent],
    ['Identity', ...identity(sheet.registered)],
    sheet.clock?.state && ['Clock', clock(sheet.clock)],
    sheet.client && ['Connected as', sheet.client],
  ].filter(Boolean);
}

function identity(registered) {
  if (!registered) return ['none: it is not registered'];
  const valid = registered.certificates.find(one => !one.revoked);
  if (valid) {
    const print = make('code', '', `${valid.fingerprint.slice(0, 12)}…`);
    print.title = `SHA-256 of its certificate: ${valid.fingerprint}`;
    const until = make('span', '', ` until ${valid.notAfter.slice(0, 10)}`);
    until.title = utcText(valid.notAfter);
    return ['certificate ', print, until];
  }
  return [registered.hasPassword ? 'user name and password' : 'none yet: it has not enrolled'];
}

function clock({ state, skew, rebased, estimated }) {
  const notes = [
    clocks[state] ?? state,
    Math.abs(skew ?? 0) >= 0.1 && `${duration(Math.abs(skew))} ${skew > 0 ? 'ahead' : 'behind'}`,
    rebased && `${count(rebased)} readings got their time later`,
    estimated && `${count(estimated)} times are guesses`,
  ];
  return notes.filter(Boolean).join(' · ');
}

function showTroubles(troubles) {
  const now = JSON.stringify(troubles);
  if (now === shownTroubles) return; // somebody may be on a link in it
  shownTroubles = now;
  at('troubles').hidden = troubles.length === 0;
  at('troubles').replaceChildren(...troubles.map(trouble => {
    const what = make('strong', '', trouble.what);
    const remedy = make('p', '', trouble.remedy);
    if (trouble.link && leads(trouble.link)) {
      const link = make('a', '', trouble.link.startsWith('#') ? 'Go there' : 'Look at it');
      link.href = trouble.link;
      remedy.append(' ', link);
    }
    const card = make('article', 'trouble', make('p', '', what), remedy);
    card.dataset.kind = trouble.kind;
    card.dataset.level = trouble.level;
    return card;
  }));
}

function showStatus(lines) {
  const now = JSON.stringify(lines);
  if (now === shownStatus) return;
  shownStatus = now;
  at('status-scroll').hidden = lines.length === 0;
  at('status-empty').hidden = lines.length > 0;
  at('status').replaceChildren(...lines.map(line => {
    const head = make('th', '', line.name);
    head.scope = 'row';
    return make('tr', '', head, make('td', '', line.value));
  }));
}

function time(moment) {
  const element = make('time');
  showTime(element, moment);
  return element;
}
