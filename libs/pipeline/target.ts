import { bind } from '#adapter-host/bind.js';
import { versionOf } from '#adapter-host/load.js';
import type { Adapter } from '#adapters/contract.js';
import { type EffectiveSet, readableValues } from '#parameters/effective.js';
import { SecretUnreadable } from '#parameters/secrets.js';
import type { Ticket } from '#submission/vocabulary.js';
import type { Target, Worker } from './worker.js';

type Where = Pick<Ticket, 'adapter' | 'ars' | 'leistung'>;

/** The targets of an effective set, by adapter. Sets are cached and shared, so each is bound once. */
const targets = new WeakMap<EffectiveSet, Map<string, Target | undefined>>();

/**
 * The target by what counts now, undefined where the parameters do not say.
 * @param revision of the parameters, as far as known
 */
export async function targetOf(
  { adapters, parameters }: Pick<Worker, 'adapters' | 'parameters'>,
  { adapter: id, ars, leistung }: Where,
  revision?: number,
): Promise<Target | undefined> {
  const family = adapters.get(id);
  if (!family) return undefined;
  const set = await parameters.effective({ ars, leistung, revision });
  const known = targets.get(set) ?? new Map<string, Target | undefined>();
  targets.set(set, known);
  if (!known.has(id)) known.set(id, await targetIn(parameters, set, family));
  return known.get(id);
}

/** A secret that no key opens leaves the target unknown: the claim says so by name. */
async function targetIn(
  parameters: Worker['parameters'],
  set: EffectiveSet,
  family: Adapter,
): Promise<Target | undefined> {
  const { id } = family.manifest;
  const values = readableValues(parameters, set, id);
  if (values instanceof SecretUnreadable) return undefined;
  const bound = await bind(versionOf(family, values[`${id}.version`]) ?? family, values);
  if ('message' in bound) return undefined;
  const [host = ''] = bound.hosts.keys();
  const numberOf = (name: string) => (typeof values[name] === 'number' ? values[name] : undefined);
  return { host, slots: numberOf(`${id}.slots`), callsPerMinute: numberOf(`${id}.callsPerMinute`) };
}
