// Filters, order and pages: shows what is asked, and asks for something else.
import { count, make, setText } from '../format.js';
import { address, changed, descends, isFiltered, sortOf } from './question.js';

const at = id => document.getElementById(id);
const chips = [...document.querySelectorAll('#states button')];
const heads = [...document.querySelectorAll('th[data-sort]')];
const any = 'any';
let choices = { sites: [], types: [] };

/** @param ask is told the change, and whether it is a step to which the browser goes back. */
export function start(ask) {
  let typing = 0;
  at('search').addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => ask({ search: at('search').value.trim() || undefined }), 250);
  });
  at('filters').addEventListener('submit', event => event.preventDefault());
  for (const name of ['site', 'type']) {
    at(name).addEventListener('change', () => ask({ [name]: at(name).value === any ? undefined : at(name).value.slice(1) }, true));
  }
  at('sort').addEventListener('change', () => ask({ sort: at('sort').value, order: undefined }, true));
  for (const chip of chips) chip.addEventListener('click', () => ask({ state: chip.ariaPressed === 'true' ? undefined : chip.dataset.state || undefined }, true));
  for (const id of ['clear', 'none-clear']) at(id).addEventListener('click', () => { ask({ search: undefined, site: undefined, type: undefined, state: undefined }, true); at('search').focus(); });
  for (const id of ['previous', 'next']) {
    at(id).addEventListener('click', event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      ask({ page: at(id).dataset.page }, true);
      at('list-scroll').focus();
    });
  }
  for (const head of heads) {
    head.firstElementChild.addEventListener('click', event => {
      const isSame = head.ariaSort !== 'none';
      ask({ sort: head.dataset.sort, order: isSame ? (head.ariaSort === 'descending' ? 'asc' : 'desc') : undefined }, true);
      event.currentTarget.focus();
    });
  }
}

/** What is asked, before it is answered. */
export function showAsked(asked) {
  if (document.activeElement !== at('search')) at('search').value = asked.search ?? '';
  showChoices(asked);
  at('sort').value = sortOf(asked);
  for (const chip of chips) chip.ariaPressed = String(chip.dataset.state === (asked.state ?? ''));
  for (const head of heads) head.ariaSort = head.dataset.sort !== sortOf(asked) ? 'none' : descends(asked) ? 'descending' : 'ascending';
  at('clear').hidden = !isFiltered(asked);
  const { page, ...all } = asked;
  at('csv').href = `/api/v1/fleet?${new URLSearchParams({ ...all, format: 'csv' })}`;
}

export function showAnswer(frame, asked) {
  if (frame.choices) {
    choices = frame.choices;
    showChoices(asked);
  }
  for (const chip of chips) {
    const devices = chip.dataset.state ? frame.states.find(one => one.state === chip.dataset.state).devices : frame.states.reduce((sum, one) => sum + one.devices, 0);
    setText(chip.firstElementChild, count(devices));
    chip.classList.toggle('none', devices === 0);
  }
  setText(at('count'), frame.matching === frame.total ? '' : `${count(frame.matching)} of ${count(frame.total)}`);
  showPager(frame, asked);
}

function showPager({ matching, page, pageSize }, asked) {
  const last = Math.max(1, Math.ceil(matching / pageSize));
  at('pager').hidden = last === 1;
  setText(at('pages'), `${count((page - 1) * pageSize + 1)}–${count(Math.min(page * pageSize, matching))} of ${count(matching)}`);
  for (const [id, to] of [['previous', page - 1], ['next', page + 1]]) {
    at(id).classList.toggle('gone', to < 1 || to > last);
    at(id).dataset.page = to;
    at(id).href = address(changed(asked, { page: String(to) }));
  }
}

// The one chosen is always among them, be it that no device is left.
function showChoices(asked) {
  for (const [name, list, nothing] of [['site', choices.sites, 'No site'], ['type', choices.types, 'No type']]) {
    const chosen = asked[name];
    const all = chosen === undefined || list.some(one => one.name === chosen) ? list : [...list, { name: chosen, devices: 0 }];
    const select = at(name);
    const options = all.map(one => option(`=${one.name}`, `${one.name || nothing} (${count(one.devices)})`));
    if (select.options.length !== options.length + 1 || options.some((one, i) => !one.isEqualNode(select.options[i + 1]))) select.replaceChildren(select.options[0], ...options);
    select.value = chosen === undefined ? any : `=${chosen}`;
    select.hidden = all.length < 2 && chosen === undefined;
  }
}

function option(value, text) {
  const element = make('option', '', text);
  element.value = value;
  return element;
}
