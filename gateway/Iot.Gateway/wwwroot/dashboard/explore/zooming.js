// The way in and back: by buttons, keys and the pointer. Each step is a range of its own, asked for anew.
import * as dragging from './dragging.js';
import { within, zoomed } from './span.js';

const buttons = [...document.querySelectorAll('[data-zoom]')];
const keys = { '+': 'in', '=': 'in', '-': 'out', PageUp: 'left', PageDown: 'right', Backspace: 'back' };
const mostSteps = 50;
let before = []; // zooms, the newest last; null is the range itself

/** @param on shown() gives the span on the screen or null, now() the time, changed() hears of a new zoom */
export function start(view, on) {
  const go = how => {
    if (how === 'back') view.zoom = before.pop() ?? null;
    else if (on.shown()) put(view, zoomed(on.shown(), how, on.now()));
    else return;
    on.changed();
  };
  for (const button of buttons) button.addEventListener('click', () => go(button.dataset.zoom));
  document.getElementById('chart').addEventListener('keydown', event => {
    const how = keys[event.key];
    if (!how || event.ctrlKey || event.metaKey || event.altKey || (how === 'back' && !view.zoom)) return;
    event.preventDefault();
    go(how);
  });
  dragging.start(({ from, to }) => {
    put(view, within(from, to));
    on.changed();
  }, () => on.shown() !== null);
}

export function forget(view) {
  before = [];
  view.zoom = null;
}

export const show = view => { buttons.find(button => button.dataset.zoom === 'back').disabled = view.zoom === null; };

function put(view, zoom) {
  before = [...before, view.zoom].slice(-mostSteps);
  view.zoom = zoom;
}
