// Asks for the rows of a statement. Values come as text: a number of this language would round them.
import { csrf } from '../acts.js';

const longestAddress = 6000;

/** @throws with DuckDB's own words; AbortError when it was cancelled, which ends the statement in the gateway, too. */
export async function question(query, signal) {
  const asked = new URLSearchParams({ query, format: 'rows' });
  const answer = isShort(asked)
    ? await fetch(`/api/v1/sql?${asked}`, { signal, headers: { accept: 'application/json' } })
    : await fetch('/api/v1/sql', { method: 'POST', body: asked, signal, headers: { accept: 'application/json', 'X-Csrf-Token': csrf } });
  if (answer.ok) return answer.json();

  const problem = await answer.json().catch(() => null);
  throw new Error(problem?.parameter === 'query' ? problem.allowed : problem?.detail ?? `The gateway answered ${answer.status}.`);
}

/** All rows as a file; the browser shows how far it is. */
export function fetchFile(query, format, name) {
  const asked = new URLSearchParams({ query, format });
  if (isShort(asked)) {
    const link = document.createElement('a');
    link.href = `/api/v1/sql?${asked}`;
    link.download = name;
    link.click();
    return;
  }
  const form = document.createElement('form');
  form.method = 'post';
  form.action = '/api/v1/sql';
  for (const [field, value] of [...asked, ['csrf', csrf]]) {
    const input = document.createElement('input');
    [input.type, input.name, input.value] = ['hidden', field, value];
    form.append(input);
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

const isShort = asked => asked.toString().length <= longestAddress;
