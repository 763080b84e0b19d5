// Finds series among thousands: the gateway searches, the page shows the first of what it found.
import { ask } from '../api.js';
import { count, make, setText, unitText } from '../format.js';
import { allOf, mostPlaces, nameOf } from './choices.js';

const at = id => document.getElementById(id);
const [search, list, again] = [at('search'), at('results'), at('search-again')];
const mostRows = 100;
const mostFields = 5;
const typingMs = 200;
let asking = null;
let typing = 0;
let found = { rows: [], isEmpty: false };
let on = null;

/** @param handlers isChosen(choice), isFull(), choose(choice, whether) */
export function start(handlers) {
  on = handlers;
  search.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(look, typingMs);
  });
  search.addEventListener('keydown', event => {
    if (event.key !== 'ArrowDown' || list.hidden) return;
    event.preventDefault();
    list.querySelector('input:not(:disabled)')?.focus();
  });
  list.addEventListener('keydown', walk);
  again.addEventListener('click', look);
  return look();
}

/** Whether the store holds nothing at all: then it is worth asking again when something arrives. */
export const isEmpty = () => found.isEmpty;

export async function look() {
  asking?.abort();
  const { signal } = asking = new AbortController();
  const words = search.value.trim();
  try {
    const [fields, series] = await Promise.all([
      ask('fields', { search: words, limit: mostFields }, signal),
      ask('series', { search: words, limit: mostRows }, signal),
    ]);
    found = { rows: [...fields.fields.filter(field => field.devices > 1).map(asChoice), ...series.series], isEmpty: series.matching === 0 && !words };
    say(foundText(series, words));
  } catch (problem) {
    if (problem.name === 'AbortError') return; // a newer search is under way
    found = { rows: [], isEmpty: false };
    say(`Series cannot be listed: ${problem.message}`, problem.status !== 501);
  }
  show();
}

function show() {
  list.hidden = found.rows.length === 0;
  list.replaceChildren(...found.rows.map(row));
  mark();
}

/** After something was chosen or removed elsewhere. A row stays what it is: the keyboard's focus is on it. */
export function mark() {
  found.rows.forEach((choice, i) => {
    const box = list.children[i].querySelector('input');
    box.checked = on.isChosen(choice);
    box.disabled = !box.checked && on.isFull();
    box.title = box.disabled ? `${mostPlaces} are chosen, which is all that can be told apart; remove one first` : '';
  });
}

const asChoice = field => ({ ...allOf(field), unit: field.unit, total: field.series });

function foundText({ series, matching }, words) {
  if (matching === 0) return words ? `Nothing stored matches “${words}”.` : 'Nothing is stored yet. The overview shows how to publish a first reading; it appears here.';
  return series.length < matching ? `The first ${count(series.length)} of ${count(matching)} series; search to find others.` : `${count(matching)} series`;
}

function say(text, mayRetry = false) {
  setText(at('found'), text);
  again.hidden = !mayRetry;
}

function row(choice) {
  const box = make('input');
  box.type = 'checkbox';
  box.addEventListener('change', () => on.choose(choice, box.checked));
  const more = choice.total ? `${count(choice.total)} series` : unitText(choice.unit);
  return make('li', '', make('label', '', box, make('span', 'series-name', nameOf(choice)), make('small', 'muted', more)));
}

function walk(event) {
  const boxes = [...list.querySelectorAll('input:not(:disabled)')];
  const to = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!to) return;
  event.preventDefault();
  (boxes[boxes.indexOf(document.activeElement) + to] ?? search).focus();
}
