// What is shown, to take along: as files, and as the same question in other languages.
import { refusal } from '../api.js';
import { make, setText } from '../format.js';
import { copy } from '../copying.js';

const at = id => document.getElementById(id);
const query = at('query');
const languages = [...document.querySelectorAll('#languages input')];
const comments = { sql: '--', influxql: '--', flux: '//' };
const mostRows = { csv: 500000, parquet: 10000000 };
let parts = [];
let asking = null;

export function start() {
  for (const language of languages) language.addEventListener('change', showQuery);
  at('copy-query').addEventListener('click', () => copy(query.value, at('copied'), query, 'Marked: press Ctrl+C'));
}

/** @param wanted parameters of the API, a list of pairs for each part; mostly there is one part */
export function show(wanted, what) {
  const isNew = JSON.stringify(wanted) !== JSON.stringify(parts);
  parts = wanted;
  at('take').hidden = parts.length === 0;
  if (!isNew || parts.length === 0) return;

  setText(at('take-what'), what);
  at('files').replaceChildren(...['csv', 'parquet'].flatMap(format => parts.map((part, i) => file(format, part, i))));
  setText(at('files-hint'), `${parts.length > 1 ? `No one question means exactly these series, so there are ${parts.length} parts. ` : ''}`
    + `CSV holds ${mostRows.csv / 1000} thousand rows at most and its last line says when there are more; Parquet is whole, up to ${mostRows.parquet / 1e6} million rows.`);
  showQuery();
}

function file(format, part, i) {
  const link = make('a', 'button quiet', `${format === 'csv' ? 'CSV' : 'Parquet'}${parts.length > 1 ? ` ${i + 1} of ${parts.length}` : ''}`);
  link.href = `/api/v1/readings?${new URLSearchParams([...part, ['format', format], ['limit', mostRows[format]], ...(format === 'csv' ? [['units', 'true']] : [])])}`;
  link.dataset.format = format;
  return link;
}

async function showQuery() {
  asking?.abort();
  const { signal } = asking = new AbortController();
  const language = languages.find(one => one.checked).value;
  at('copy-query').disabled = true;
  try {
    const texts = await Promise.all(parts.map(part => text(language, part, signal)));
    query.value = texts.map((one, i) => texts.length > 1 ? `${comments[language]} part ${i + 1} of ${texts.length}\n${one}` : one).join('\n');
    at('copy-query').disabled = false;
  } catch (problem) {
    if (problem.name !== 'AbortError') query.value = problem.message;
  }
}

async function text(language, part, signal) {
  const answer = await fetch(`/api/v1/readings/query?${new URLSearchParams([...part, ['language', language], ['limit', mostRows.csv]])}`, { signal });
  if (!answer.ok) throw await refusal(answer);
  return answer.text();
}
