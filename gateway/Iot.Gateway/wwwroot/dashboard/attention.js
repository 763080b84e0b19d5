// What somebody should look at, the worst first. A line that stays is left alone: a keyboard's focus is on it.
import { count, make } from './format.js';
import { leads } from './leads.js';

const list = document.getElementById('attention');
const words = { bad: 'trouble', warn: 'to look at' };
let shown = '';

export function showAttention(items) {
  document.getElementById('attention-none').hidden = items.length > 0;
  const key = JSON.stringify(items);
  if (key === shown) return;

  shown = key;
  document.getElementById('attention-count').textContent = items.length ? count(items.length) : '';
  const lines = new Map([...list.children].map(line => [line.dataset.key, line]));
  list.replaceChildren(...items.map(item => lines.get(JSON.stringify(item)) ?? line(item)));
}

function line(item) {
  const pill = make('span', 'pill', words[item.level]);
  pill.dataset.state = item.level;
  const isLink = item.link && leads(item.link);
  const text = make(isLink ? 'a' : 'span', '', item.text);
  if (isLink) text.href = item.link;
  const element = make('li', '', pill, text);
  element.dataset.key = JSON.stringify(item);
  return element;
}
