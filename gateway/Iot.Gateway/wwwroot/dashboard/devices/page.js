// The list of devices: asks, shows what is answered, and follows it live.
import { connect } from '../connection.js';
import { setText } from '../format.js';
import * as controls from './controls.js';
import * as question from './question.js';
import * as table from './table.js';

const at = id => document.getElementById(id);
let asked = question.read();

const live = connect({ devices: show }, { list: true, ...asked });
controls.start(ask);
controls.showAsked(asked);
addEventListener('popstate', () => follow(question.read()));

/** @param isStep the browser goes back to it; typing makes no steps. */
function ask(change, isStep = false) {
  const next = question.changed(asked, change);
  history[isStep ? 'pushState' : 'replaceState'](null, '', question.address(next));
  follow(next);
}

function follow(next) {
  asked = next;
  table.forget();
  controls.showAsked(asked);
  at('list').ariaBusy = 'true';
  live.open({ list: true, ...asked });
}

function show(frame) {
  const isAnswer = at('list').ariaBusy === 'true';
  at('list').ariaBusy = 'false';
  table.show(frame, !isAnswer && question.sortOf(asked) !== 'name');
  controls.showAnswer(frame, asked);
  at('loading').hidden = true;
  at('begin').hidden = frame.total > 0;
  at('filters').hidden = frame.total === 0;
  at('states').hidden = frame.total === 0;
  at('none').hidden = frame.total === 0 || frame.matching > 0;
  setText(at('none-why'), why());
}

function why() {
  const parts = [
    asked.state && `state ${asked.state.replace('_', ' ')}`, asked.search && `a name with “${asked.search}”`,
    asked.site !== undefined && (asked.site ? `site ${asked.site}` : 'no site'), asked.type !== undefined && (asked.type ? `type ${asked.type}` : 'no type'),
  ].filter(Boolean);
  return parts.length ? `Asked for: ${parts.join(', ')}.` : '';
}
