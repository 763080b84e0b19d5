// A range is drawn with the pointer: what lies in it is asked for again, finer.
import { plotArea, timeAt } from './plot.js';

const frame = document.getElementById('chart');
const box = document.getElementById('selection');
const leastPixels = 8;
let begin = null;

/** @param choose is given the range; @param may whether there is a chart to choose in */
export function start(choose, may) {
  frame.addEventListener('pointerdown', event => {
    if (event.button !== 0 || !may()) return;
    begin = within(event.offsetX);
    frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener('pointermove', event => {
    if (begin !== null) show(begin, within(event.offsetX));
  });
  frame.addEventListener('pointerup', event => {
    if (begin === null) return;
    const [left, right] = [begin, within(event.offsetX)].sort((a, b) => a - b);
    stop();
    if (right - left >= leastPixels) choose({ from: timeAt(left), to: timeAt(right) });
  });
  frame.addEventListener('pointercancel', stop); // a finger that scrolls the page
  frame.addEventListener('keydown', event => { if (event.key === 'Escape') stop(); });
}

function within(x) {
  const { left, right } = plotArea();
  return Math.min(Math.max(x, left), right);
}

function show(from, to) {
  const area = plotArea();
  box.hidden = Math.abs(to - from) < leastPixels;
  box.style.left = `${Math.min(from, to)}px`;
  box.style.width = `${Math.abs(to - from)}px`;
  box.style.top = `${area.top}px`;
  box.style.height = `${area.bottom - area.top}px`;
}

function stop() {
  begin = null;
  box.hidden = true;
}
