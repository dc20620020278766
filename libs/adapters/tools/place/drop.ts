import type { AdapterContext, CheckStep, Outcome } from '../../contract.js';
import { Obstacle } from './obstacle.js';
import { type Given, missing } from './parameters.js';
import { openPlace, steps } from './place.js';
import type { Place, Use } from './use.js';

/** A file to be put somewhere. */
export interface File {
  name: string;
  bytes: Uint8Array;
}

const incomplete = 'Für die gewählte Ablage fehlt dieser Parameter.';
const aside = (name: string) => `.${name}.part`;
const receipt = (key: string) => `.${key}.sent`;
/** Whatever its format, the message is under way by this name. */
const underWay = (key: string) => aside(key);

/**
 * Everything is written aside, then renamed, the message last: whoever sees it sees everything. The receipt is written before that last rename and stays. So a receipt
 * without a message under way proves that the message appeared, also after somebody has taken it away.
 */
export async function drop(place: Place, key: string, message: string, files: AsyncIterable<File>): Promise<void> {
  const names: string[] = [];
  for await (const { name, bytes } of files) {
    const isMessage = name === message;
    const from = isMessage ? underWay(key) : aside(name);
    await place.write(from, bytes);
    names.push(name);
    if (isMessage) await place.write(receipt(key), Buffer.from(`${names.join('\n')}\n`));
    await place.rename(from, name);
  }
}

/** Whether the message has appeared. */
export async function arrived(place: Place, key: string): Promise<boolean> {
  return (await place.size(receipt(key))) !== undefined && (await place.size(underWay(key))) === undefined;
}

/** Whether the message of this key has appeared; a place that is away proves nothing, so it is an error. */
export const look = (context: AdapterContext, given: Given, key: string): Promise<boolean> =>
  visit(context, given, async (place) => {
    await place.probe();
    return arrived(place, key);
  });

export async function visit<T>(
  context: AdapterContext,
  given: Given,
  work: (place: Place) => Promise<T>,
  use: Use = 'write',
): Promise<T> {
  const place = await openPlace(context, given, use);
  return work(place).finally(() => place.close());
}

/** What the chosen place cannot do without is missing. */
export function faultOf(given: Given): Extract<Outcome, { kind: 'misconfigured' }> | undefined {
  const absent = missing(given);
  return absent && { kind: 'misconfigured', parameter: absent, reason: { public: incomplete } };
}

/** A connection test: parameters, and what the place demands, step by step. */
export async function probe(context: AdapterContext, given: Given): Promise<CheckStep[]> {
  const absent = missing(given);
  if (absent) return [{ step: 'parameters', ok: false, message: incomplete, parameter: absent }];
  const complete = { step: 'parameters', ok: true, message: 'Die Parameter sind vollständig.' };
  const failed = await visit(context, given, async (place) => {
    await place.probe();
    return undefined;
  }).catch((error) => {
    if (error instanceof Obstacle) return error;
    throw error;
  });
  return [complete, ...walked(given, failed)];
}

const words = {
  connect: 'Das Zielsystem antwortet.',
  hostKey: 'Der Rechner ist der, der er sein soll.',
  authenticate: 'Die Zugangsdaten werden angenommen.',
  directory: 'Der Ordner ist da.',
};

/** The steps up to the one that failed. */
function walked({ place }: Given, failed: Obstacle | undefined): CheckStep[] {
  const all: readonly (keyof typeof words)[] = steps[place];
  const passed = failed ? all.slice(0, all.indexOf(failed.step)) : all;
  const ok = passed.map((step) => ({ step, ok: true, message: words[step] }));
  if (!failed) return ok;
  const { outcome, parameter } = failed;
  const message = outcome.kind === 'rejected' ? 'Das Zielsystem lehnt ab.' : outcome.reason.public;
  return [...ok, { step: failed.step, ok: false, message, ...(parameter && { parameter }) }];
}
