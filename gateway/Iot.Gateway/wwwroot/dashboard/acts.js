// What a page changes: by the API, with the token of the page it comes from.
import { refusal } from './api.js';

export const csrf = document.querySelector('meta[name="csrf-token"]').content;

/** @param body an object, or text that is JSON already; null for none. @returns the answer; a refusal becomes an error with its words */
export async function act(method, path, { parameters = {}, body = null, signal = null } = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== ''));
  const answer = await fetch(`/api/v1/${path}?${query}`, {
    method, signal,
    headers: { accept: 'application/json', 'X-Csrf-Token': csrf, ...(body !== null && { 'content-type': 'application/json' }) },
    body: body === null || typeof body === 'string' ? body : JSON.stringify(body),
  });
  if (answer.ok) return answer.json();

  throw await refusal(answer);
}

/** Asks before something that cannot be undone, in a dialog of the page. @returns true when its button with the value yes was pressed */
export function confirmed(dialog) {
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }));
}
