// The rows of an answer as a table.
import { count, make, setText } from '../format.js';
import { fetchFile } from './question.js';

const at = id => document.getElementById(id);
const longest = 500;
let shown = '';

export function show(answer, sql) {
  shown = sql;
  at('answer').hidden = false;
  at('no-rows').hidden = answer.rows.length > 0;
  setText(at('answer-size'), `${count(answer.rows.length)} ${answer.rows.length === 1 ? 'row' : 'rows'}${answer.truncated ? ' shown, there are more' : ''}, ${answer.columns.length} ${answer.columns.length === 1 ? 'column' : 'columns'}`);
  at('columns').replaceChildren(...answer.columns.map(column => {
    const head = make('th', column.isNumber ? 'number' : '', column.name, make('small', '', column.type.toLowerCase()));
    head.scope = 'col';
    return head;
  }));
  at('rows').replaceChildren(...answer.rows.map(row => make('tr', '', ...row.map((value, i) => cell(value, answer.columns[i])))));
}

function cell(value, column) {
  if (value === null) return make('td', column.isNumber ? 'number null' : 'null', 'NULL');
  const isLong = value.length > longest;
  const element = make('td', column.isNumber ? 'number' : '', isLong ? `${value.slice(0, longest)}…` : value);
  if (isLong) element.title = `${count(value.length)} characters; the download has all of them`;
  return element;
}

export const download = format => fetchFile(shown, format, `answer.${format}`);
