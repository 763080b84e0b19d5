// Requeueing or discarding all that the filter means: page by page, with progress, until done or stopped.
import { act } from '../acts.js';
import { count, make, setText } from '../format.js';
import { resultText } from './words.js';

const at = id => document.getElementById(id);
const pageSize = 100;
let stopping = false;
let running = false;

export const isRunning = () => running;

export function start() {
  at('work-stop').addEventListener('click', () => {
    stopping = true;
    at('work-stop').disabled = true;
  });
  at('work-close').addEventListener('click', () => { at('work').hidden = true; });
}

/** @param kind 'try', 'requeue' or 'discard'. @param which parameters of the API. @param total about how many there are. */
export async function run(kind, which, total) {
  if (running) return;
  const tally = new Map();
  let done = 0;
  let problem = '';
  begin(kind);
  try {
    for (let after = '0'; after && !stopping;) {
      const page = await act('POST', `dead-letters/${kind === 'discard' ? 'discard' : 'requeue'}`, { parameters: { ...which, state: '', after, limit: pageSize, ...(kind === 'try' && { dryRun: true }) } });
      for (const outcome of page.outcomes ?? []) note(tally, outcome);
      if (page.discarded) tally.set('discarded', (tally.get('discarded') ?? 0) + page.discarded);
      done += page.outcomes?.length ?? page.discarded;
      after = page.next;
      show(kind, done, Math.max(total, done), tally);
    }
  } catch (e) {
    problem = ` It ended early: ${e.message} What was done stays done.`;
  }
  end(kind, done, tally, problem);
}

function note(tally, outcome) {
  const text = outcome.result === 'still_refused' ? outcome.detail : resultText[outcome.result] ?? outcome.result;
  tally.set(text, (tally.get(text) ?? 0) + 1);
}

function begin(kind) {
  [running, stopping] = [true, false];
  at('work').hidden = false;
  at('work').dataset.state = 'running';
  at('work-close').hidden = true;
  at('work-stop').hidden = at('work-stop').disabled = false;
  at('work-progress').hidden = false;
  show(kind, 0, 0, new Map());
}

const doing = { try: 'Trying', requeue: 'Requeueing', discard: 'Discarding' };
const did = { try: 'Tried', requeue: 'Gone through', discard: 'Discarded' };

function show(kind, done, total, tally) {
  setText(at('work-text'), `${doing[kind]} … ${count(done)}${total ? ` of ${count(total)}` : ''}`);
  const progress = at('work-progress');
  progress.max = Math.max(1, total);
  progress.value = done;
  at('work-results').replaceChildren(...results(tally));
}

function end(kind, done, tally, problem) {
  running = false;
  at('work').dataset.state = problem ? 'failed' : 'done';
  at('work-stop').hidden = at('work-progress').hidden = true;
  at('work-close').hidden = false;
  setText(at('work-text'), `${did[kind]}: ${count(done)}${stopping ? ', then stopped' : ''}.${kind === 'try' ? ' Nothing was changed.' : ''}${problem}`);
  at('work-results').replaceChildren(...(kind === 'discard' ? [] : results(tally)));
}

// The most frequent ten: a thousand devices may each have their own words.
const results = tally => [...tally].sort((a, b) => b[1] - a[1]).slice(0, 10).map(([text, n]) => make('li', '', make('strong', '', count(n)), ` ${text}`));
