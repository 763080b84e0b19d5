// What was asked before, in this browser only: the newest first, a bounded number, each once.
import { make } from '../format.js';

const key = 'iot-gateway-sql';
const most = 50;
const longest = 10000;
const at = id => document.getElementById(id);
let chosen = () => {};

/** @param choose is called with the statement that is wanted again. */
export function start(choose) {
  chosen = choose;
  at('forget').addEventListener('click', () => save([]));
  show(read());
}

export function add(sql, outcome) {
  if (sql.length > longest) return;
  save([{ sql, outcome }, ...read().filter(entry => entry.sql !== sql)].slice(0, most));
}

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return Array.isArray(kept) ? kept.filter(entry => typeof entry?.sql === 'string').slice(0, most) : [];
  } catch {
    return []; // switched off, or written by somebody else
  }
}

function save(entries) {
  try {
    localStorage.setItem(key, JSON.stringify(entries));
  } catch {
    // switched off or full: it is shown until the page is left
  }
  show(entries);
}

function show(entries) {
  at('history-none').hidden = entries.length > 0;
  at('forget').hidden = entries.length === 0;
  at('history').replaceChildren(...entries.map(entry => {
    const again = make('button', 'quiet', entry.sql.replace(/\s+/g, ' '));
    again.type = 'button';
    again.title = String(entry.outcome ?? '');
    again.addEventListener('click', () => chosen(entry.sql));
    const away = make('button', 'quiet away', '×');
    away.type = 'button';
    away.setAttribute('aria-label', `Forget ${entry.sql.slice(0, 60)}`);
    away.addEventListener('click', () => {
      save(read().filter(other => other.sql !== entry.sql));
      at('query').focus();
    });
    return make('li', '', again, away);
  }));
}
