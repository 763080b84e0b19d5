// What is chosen, each with its colour and a way to remove it.
import { make, setText, unitText } from '../format.js';
import { isAll, labelOf, mostPlaces, nameOf } from './choices.js';

const list = document.getElementById('chips');

/** @param resolved series with colours, and how many are left out; null while it is not known */
export function show(choices, resolved, remove) {
  const chosen = choices.filter(Boolean);
  setText(document.getElementById('chosen-count'), chosen.length ? `${chosen.length} of ${mostPlaces}` : '');
  list.replaceChildren(...choices.flatMap((choice, place) => choice ? [chip(choice, place + 1, resolved, remove)] : []));
}

function chip(choice, colour, resolved, remove) {
  const known = resolved?.series.find(s => s.colour === colour && !isAll(choice)) ?? choice;
  const swatch = make('span', 'swatch');
  swatch.style.setProperty('--mine', `var(--series-${colour})`);
  const gone = make('button', 'chip-remove', '×');
  gone.type = 'button';
  gone.setAttribute('aria-label', `Remove ${labelOf(choice)}`);
  gone.addEventListener('click', () => {
    remove(choice);
    (list.querySelector('button') ?? document.getElementById('search')).focus();
  });
  const left = resolved?.left.find(one => one.choice.colour === colour);
  const remark = known.isStored === false ? 'not stored' : left ? `${left.drawn} of ${left.total}` : unitText(known.unit);
  return make('li', known.isStored === false ? 'missing' : '', ...(isAll(choice) ? [] : [swatch]), make('span', 'series-name', nameOf(choice)), make('small', 'muted', remark), gone);
}
