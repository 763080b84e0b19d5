// Acts by the API: with the token of this page, which a browser's session needs besides its cookie.
const csrf = document.querySelector('meta[name="csrf-token"]')?.content ?? '';

/** @param body text that is JSON already. @returns the answer; a refusal becomes an error with its words. */
export async function send(method, path, body = null) {
  const answer = await fetch(`/api/v1/${path}`, {
    method,
    headers: { accept: 'application/json', 'x-csrf-token': csrf, ...(body !== null && { 'content-type': 'application/json' }) },
    body,
  });
  if (answer.ok) return answer.json();

  const problem = await answer.json().catch(() => null);
  throw new Error(problem?.detail ?? `The gateway answered ${answer.status}.`);
}

/** Asks in a dialog of the page; true when its button with that value was pressed. */
export function confirmed(dialog, value) {
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue === value), { once: true }));
}
