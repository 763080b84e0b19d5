// The list, newest first. What is read does not move: letters that come are counted, and shown when asked for.
import { ask } from '../api.js';
import { count, make, setText, showTime } from '../format.js';
import { reasonText } from './words.js';

const at = id => document.getElementById(id);
const pageSize = 100;
let which = {};
let newest = 0;
let oldest = null;
let asked = 0;

/** Highest id that the list knew: what came later is not meant by "all". */
export const knownTo = () => newest;

export function start(choose) {
  at('letters').addEventListener('click', event => {
    const row = event.target.closest('tr');
    if (!row || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    choose(row.dataset.id);
  });
  at('older').addEventListener('click', more);
}

/** @returns the letters by reason, for the same filter without its reason; null when it could not be had. */
export async function load(parameters, stand) {
  which = parameters;
  const mine = ++asked;
  at('news').hidden = true;
  try {
    const [page, { groups }] = await Promise.all([ask('dead-letters', { ...which, limit: pageSize }), ask('dead-letters/groups', which)]);
    if (mine !== asked) return null;
    newest = Math.max(stand, ...page.deadLetters.map(letter => Number(letter.id)));
    at('letters').replaceChildren();
    add(page.deadLetters);
    return groups;
  } catch (problem) {
    if (mine === asked) note(problem.message);
    return null;
  }
}

async function more() {
  try {
    add((await ask('dead-letters', { ...which, before: oldest, limit: pageSize })).deadLetters);
  } catch (problem) {
    setText(at('older'), `Show older (${problem.message})`);
  }
}

function add(letters) {
  at('letters').append(...letters.map(rowOf));
  oldest = letters.at(-1)?.id ?? oldest;
  at('older-acts').hidden = letters.length < pageSize;
  note(at('letters').children.length > 0 ? null : isFiltered() ? 'No dead letter is like that. Choose another filter.' : 'Nothing was refused.');
}

const isFiltered = () => Object.entries(which).some(([name, value]) => value && !(name === 'state' && value === 'kept'));

function rowOf(letter) {
  const time = make('time');
  showTime(time, letter.at);
  const link = make('a', '', time);
  link.href = `?${new URLSearchParams({ id: letter.id })}`;
  const row = make('tr', '', make('td', '', link), make('td', '', letter.device),
    make('td', '', reasonText(letter.reason), ...(letter.state === 'kept' ? [] : [make('small', 'muted', ` ${letter.state}`)])),
    make('td', 'wide name', [letter.sink && `by ${letter.sink}`, letter.schema, letter.detail, letter.readings > 1 && `${count(letter.readings)} readings`].filter(Boolean).join(' · ')));
  row.dataset.id = letter.id;
  return row;
}

export function markChosen(id) {
  for (const row of at('letters').children) {
    row.classList.toggle('chosen-row', row.dataset.id === id);
    if (row.dataset.id === id) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
  }
}

/** Something came or was dealt with elsewhere: how many of those that came does the filter mean? */
export async function countNews() {
  if (!['kept', 'all', '', undefined].includes(which.state)) return;
  const { deadLetters } = await ask('dead-letters', { ...which, after: newest, limit: 1000 });
  at('news').hidden = deadLetters.length === 0;
  setText(at('news'), `${deadLetters.length === 1000 ? '1000 or more' : count(deadLetters.length)} new`);
}

function note(text) {
  at('letters-scroll').hidden = text !== null;
  at('letters-none').hidden = text === null;
  if (text !== null) setText(at('letters-none'), text);
}
