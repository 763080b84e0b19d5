// The figures of each series in the range, as a table: for who cannot see the chart, and for who wants the numbers.
import { count, make } from '../format.js';
import { exactText } from './hover.js';
import { nameOf } from './choices.js';

const body = document.getElementById('figures');
const scroll = document.getElementById('figures-scroll');

/** @param rows { series, figures, isEarlier } */
export function show(rows, earlier) {
  scroll.hidden = rows.length === 0;
  body.replaceChildren(...rows.map(row => line(row, earlier)));
}

function line({ series, figures, isEarlier }, earlier) {
  const swatch = make('span', isEarlier ? 'swatch dashed' : 'swatch');
  swatch.style.setProperty('--mine', `var(--series-${series.colour})`);
  const name = make('th', '', swatch, nameOf(series), ...(isEarlier ? [make('small', '', ` ${earlier}`)] : []));
  name.scope = 'row';
  const cells = [figures.count === undefined ? '0' : count(figures.count), ...['min', 'mean', 'max', 'last'].map(which => cell(figures[which], series))];
  return make('tr', '', name, ...cells.map(text => {
    const one = make('td', 'number', text);
    one.title = text; // of a long text only its beginning is seen
    return one;
  }));
}

const cell = (value, series) => value === undefined || value === null ? '–' : exactText(value, series.unit);
