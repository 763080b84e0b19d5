// What a page changes: by the API, with the token of the page it comes from.
const token = document.querySelector('meta[name="csrf-token"]').content;

/** @param body an object is sent as JSON; null for none. */
export async function act(method, path, { parameters = {}, body = null, signal = null } = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== ''));
  const answer = await fetch(`/api/v1/${path}?${query}`, {
    method, signal,
    headers: { accept: 'application/json', 'X-Csrf-Token': token, ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  if (answer.ok) return answer.json();

  const problem = await answer.json().catch(() => null);
  throw Object.assign(new Error(problem?.detail ?? `The gateway answered ${answer.status}.`), { status: answer.status });
}

/** Asks before something that cannot be undone; true for yes. */
export function confirm(title, text) {
  const dialog = document.getElementById('sure');
  document.getElementById('sure-title').textContent = title;
  document.getElementById('sure-text').textContent = text;
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }));
}
