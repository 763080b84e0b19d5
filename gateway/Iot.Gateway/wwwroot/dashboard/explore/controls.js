// Range, interval, aggregate and comparison: the fields of the form, and the view that they set.
import { localInput, zone } from '../times.js';

const at = id => document.getElementById(id);
const radios = [...document.querySelectorAll('#ranges input')];
const [form, from, to] = [at('custom'), at('custom-from'), at('custom-to')];
const selects = ['every', 'aggregate', 'compare'];

/** @param changed after the view was changed; ranged after its range was, which ends a zoom */
export function start(view, changed, ranged) {
  at('custom-zone').textContent = `in ${zone} time`;
  for (const radio of radios) {
    radio.addEventListener('change', () => {
      form.hidden = radio.value !== 'custom';
      if (radio.value === 'custom') return from.focus();
      view.range = { id: radio.value };
      ranged();
    });
  }
  form.addEventListener('submit', event => {
    event.preventDefault();
    to.setCustomValidity(Date.parse(from.value) < Date.parse(to.value) ? '' : 'The end must come after the start.');
    if (!form.reportValidity()) return;
    view.range = { id: 'custom', from: Date.parse(from.value), to: Date.parse(to.value) };
    ranged();
  });
  to.addEventListener('input', () => to.setCustomValidity(''));
  for (const name of selects) {
    at(name).addEventListener('change', () => {
      view[name] = at(name).value;
      show(view);
      changed();
    });
  }
  show(view);
}

function show(view) {
  radios.find(radio => radio.value === view.range.id).checked = true;
  form.hidden = view.range.id !== 'custom';
  if (!form.hidden) setTimes(view.range);
  for (const name of selects) at(name).value = view[name];
  at('aggregate').disabled = !view.every;
}

/** So that whoever chooses his own range begins with what he sees. */
export function setTimes(span) {
  from.value = localInput(span.from);
  to.value = localInput(span.to);
}
