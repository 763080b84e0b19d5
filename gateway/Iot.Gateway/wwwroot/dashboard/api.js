// Questions to the API; its refusals become errors that carry its words.
export async function ask(path, parameters) {
  const answer = await fetch(`/api/v1/${path}?${new URLSearchParams(parameters)}`, { headers: { accept: 'application/json' } });
  if (answer.ok) return answer.json();

  const problem = await answer.json().catch(() => null);
  throw new Error(problem?.detail ?? `The gateway answered ${answer.status}.`);
}
