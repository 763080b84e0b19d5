// Questions to the API; its refusals become errors that carry its words and its status.
export async function ask(path, parameters, signal) {
  const answer = await fetch(`/api/v1/${path}?${new URLSearchParams(parameters)}`, { headers: { accept: 'application/json' }, signal });
  if (answer.ok) return answer.json();

  throw await refusal(answer);
}

export async function refusal(answer) {
  const problem = await answer.json().catch(() => null);
  return Object.assign(new Error(problem?.detail ?? `The gateway answered ${answer.status}.`), { status: answer.status });
}
