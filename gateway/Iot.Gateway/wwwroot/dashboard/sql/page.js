// The SQL page: a statement, its answer, and what was asked before. A link brings a statement; only a person runs it.
import { count, setText } from '../format.js';
import { show, download } from './answer.js';
import * as history from './history.js';
import { question } from './question.js';

const at = id => document.getElementById(id);
const query = at('query');
let running = null; // { stop, since }

function put(sql) {
  query.value = sql;
  at('from-link').hidden = true;
  query.focus();
}

function insert(name) {
  const { selectionStart: start, selectionEnd: end, value } = query;
  const spaced = start > 0 && /[\w"']/.test(value[start - 1]) ? ` ${name}` : name;
  query.setRangeText(spaced, start, end, 'end');
  query.focus();
}

async function run() {
  const sql = query.value.trim();
  if (running || !sql) return;

  at('from-link').hidden = at('problem').hidden = true;
  location.replace(sql.length <= 8000 ? `#query=${encodeURIComponent(sql)}` : '#');
  running = { stop: new AbortController(), since: Date.now() };
  look();
  const ticking = setInterval(look, 1000);
  try {
    const answer = await question(sql, running.stop.signal);
    show(answer, sql);
    setText(at('state'), `${answer.truncated ? `the first ${count(answer.rows.length)} rows` : `${count(answer.rows.length)} ${answer.rows.length === 1 ? 'row' : 'rows'}`} in ${time(answer.milliseconds)}`);
    history.add(sql, `${answer.truncated ? 'more than ' : ''}${count(answer.rows.length)} rows, ${time(answer.milliseconds)}`);
  } catch (problem) {
    if (problem.name === 'AbortError') {
      setText(at('state'), 'cancelled');
    } else {
      setText(at('state'), '');
      setText(at('problem'), problem.message);
      at('problem').hidden = false;
      history.add(sql, 'refused');
    }
  } finally {
    clearInterval(ticking);
    running = null;
    look();
  }
}

function look() {
  at('run').disabled = running !== null;
  at('cancel').hidden = running === null;
  if (running) setText(at('state'), `running … ${Math.round((Date.now() - running.since) / 1000)} s`);
}

const time = ms => ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;

function readAddress() {
  const wanted = new URLSearchParams(location.hash.slice(1)).get('query');
  if (!wanted || wanted === query.value.trim()) return;
  query.value = wanted.slice(0, query.maxLength);
  at('from-link').hidden = false;
}

at('ask').addEventListener('submit', event => {
  event.preventDefault();
  run();
});
at('ask').addEventListener('keydown', event => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  run();
});
at('cancel').addEventListener('click', () => running?.stop.abort());
at('views').addEventListener('click', event => { if (event.target.dataset.name) insert(event.target.dataset.name); });
at('examples').addEventListener('click', event => { if (event.target.dataset.sql) put(event.target.dataset.sql); });
at('downloads').addEventListener('click', event => { if (event.target.dataset.format) download(event.target.dataset.format); });
history.start(put);
addEventListener('hashchange', readAddress);
readAddress();
if (!query.value) query.focus();
