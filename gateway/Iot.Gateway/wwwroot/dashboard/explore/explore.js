// The explore page: what is chosen becomes questions, and their answers a chart, figures and something to take along.
import { connect } from '../connection.js';
import { copy } from '../copying.js';
import { gatewayNow } from '../format.js';
import * as chips from './chips.js';
import { add, keyOf, mostPlaces, remove } from './choices.js';
import * as controls from './controls.js';
import * as hover from './hover.js';
import * as picker from './picker.js';
import { Answer } from './answer.js';
import { spanOf } from './span.js';
import * as take from './take.js';
import { addressOf, readView } from './view.js';
import * as zooming from './zooming.js';

const at = id => document.getElementById(id);
const view = readView(new URLSearchParams(location.search));
let accepted = null;

const chosen = () => view.choices.filter(Boolean);

function changed() {
  history.replaceState(null, '', addressOf(view));
  zooming.show(view);
  answer.load();
}

function choose(choice, whether) {
  if (whether) add(view.choices, choice);
  else remove(view.choices, choice);
  showChoices();
  changed();
}

function showChoices() {
  chips.show(view.choices, answer.resolved, choice => choose(choice, false));
  picker.mark();
  at('copy-link').hidden = chosen().length === 0;
}

const answer = new Answer(view, {
  resolved() {
    showChoices();
    live.open({ values: answer.devices() });
  },
});

const live = connect({
  values(frame) { answer.put(frame); },
  overview(frame) {
    answer.tick();
    if (picker.isEmpty() && accepted !== null && frame.books.accepted !== accepted) picker.look();
    accepted = frame.books.accepted;
  },
});

controls.start(view, changed, () => { zooming.forget(view); changed(); });
zooming.start(view, { shown: () => answer.span, now: gatewayNow, changed });
hover.start();
take.start();
at('copy-link').addEventListener('click', () => copy(location.href, at('link-copied'), null, 'The link is the address of this page'));
at('retry').addEventListener('click', () => answer.load());
controls.setTimes(spanOf(view, gatewayNow()));
at('picker').open = chosen().length === 0;
picker.start({
  isChosen: choice => chosen().some(one => keyOf(one) === keyOf(choice)),
  isFull: () => chosen().length >= mostPlaces,
  choose,
});
chips.show(view.choices, null, choice => choose(choice, false));
zooming.show(view);
answer.load();
