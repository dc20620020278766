import { z } from 'zod';
import type { Identity } from '#access-log/person.js';
import { tokenSource } from './token.js';

const answer = z.object({ person: z.string() });

/**
 * Asks the console for the pseudonym under which the access log knows a person, as a portal's own provider does: only
 * Stellwerk has the key to it. The same answer is kept.
 * @throws Error where the console does not answer
 */
export function askForPseudonyms(console: string, issuer: string): (person: Identity) => Promise<string> {
  const token = tokenSource(issuer, 'service-bw');
  const known = new Map<Identity, string>();
  return async (person) => {
    const pseudonym = known.get(person) ?? (await ask(console, await token(), person));
    known.set(person, pseudonym);
    return pseudonym;
  };
}

async function ask(console: string, token: string, person: Identity): Promise<string> {
  const response = await fetch(`${console}/api/v1/access-log/person`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(person),
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`the console answered ${response.status}`);
  return answer.parse(await response.json()).person;
}
