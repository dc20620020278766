import type { AdapterContext, CheckStep, Outcome } from '../../contract.js';
import { Obstacle } from './obstacle.js';
import { missing, type PlaceParameters } from './parameters.js';
import { openPlace, steps } from './place.js';
import { texts } from './texts.js';
import type { Place, Use } from './use.js';

/** A file to be put somewhere. */
export interface File {
  name: string;
  bytes: Uint8Array;
}

const temporary = (name: string) => `.${name}.part`;
const receipt = (key: string) => `.${key}.sent`;
/** The message's name until it appears, whatever its format. */
const unfinished = (key: string) => temporary(key);

/**
 * Writes every file under a temporary name and renames it, the message last: whoever sees the message sees everything.
 * The receipt is written before that last rename and stays. So a receipt without an unfinished message proves that the
 * message appeared, also after somebody has taken it away.
 */
export async function drop(place: Place, key: string, message: string, files: AsyncIterable<File>): Promise<void> {
  const names: string[] = [];
  for await (const { name, bytes } of files) {
    const isMessage = name === message;
    const from = isMessage ? unfinished(key) : temporary(name);
    await place.write(from, bytes);
    names.push(name);
    if (isMessage) await place.write(receipt(key), Buffer.from(`${names.join('\n')}\n`));
    await place.rename(from, name);
  }
}

/** Whether the message has appeared. */
export async function arrived(place: Place, key: string): Promise<boolean> {
  return (await place.size(receipt(key))) !== undefined && (await place.size(unfinished(key))) === undefined;
}

/** Whether the message of this key has appeared. Throws where the place is away, because that proves nothing. */
export const look = (context: AdapterContext, given: PlaceParameters, key: string): Promise<boolean> =>
  visit(context, given, async (place) => {
    await place.probe();
    return arrived(place, key);
  });

/** Opens the place, does the work there, and closes it. */
export async function visit<T>(
  context: AdapterContext,
  given: PlaceParameters,
  work: (place: Place) => Promise<T>,
  use: Use = 'write',
): Promise<T> {
  const place = await openPlace(context, given, use);
  return work(place).finally(() => place.close());
}

/** Names the parameter that the chosen place needs and that is not set; undefined where nothing is missing. */
export function faultOf(given: PlaceParameters): Extract<Outcome, { kind: 'misconfigured' }> | undefined {
  const absent = missing(given);
  return absent && { kind: 'misconfigured', parameter: absent, reason: { public: texts.parameters.missing } };
}

/** A connection test: the parameters, then step by step what the chosen place demands. */
export async function probe(context: AdapterContext, given: PlaceParameters): Promise<CheckStep[]> {
  const absent = missing(given);
  if (absent) return [{ step: 'parameters', ok: false, message: texts.parameters.missing, parameter: absent }];
  const complete = { step: 'parameters', ok: true, message: texts.parameters.complete };
  const failed = await visit(context, given, async (place) => {
    await place.probe();
    return undefined;
  }).catch((error) => {
    if (error instanceof Obstacle) return error;
    throw error;
  });
  return [complete, ...stepsUpTo(failed, given)];
}

/** The steps that passed, and the one that failed. */
function stepsUpTo(failed: Obstacle | undefined, { place }: PlaceParameters): CheckStep[] {
  const all: readonly Obstacle['step'][] = steps[place];
  const passed = failed ? all.slice(0, all.indexOf(failed.step)) : all;
  const ok = passed.map((step) => ({ step, ok: true, message: texts.steps[step] }));
  if (!failed) return ok;
  const { outcome, parameter } = failed;
  const message = outcome.kind === 'rejected' ? texts.steps.rejected : outcome.reason.public;
  return [...ok, { step: failed.step, ok: false, message, ...(parameter && { parameter }) }];
}
