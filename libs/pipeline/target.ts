import { bind } from '#adapter-host/bind.js';
import { versionOf } from '#adapter-host/load.js';
import type { Adapter } from '#adapters/contract.js';
import type { EffectiveSet } from '#parameters/effective.js';
import { SecretUnreadable } from '#parameters/secrets.js';
import type { Ticket } from '#submission/vocabulary.js';
import type { Worker } from './worker.js';

type Where = Pick<Ticket, 'adapter' | 'ars' | 'leistung'>;

/** The hosts of an effective set, by adapter. Sets are cached and shared, so each is bound once. */
const hosts = new WeakMap<EffectiveSet, Map<string, string | undefined>>();

/**
 * Whom a call will go to, by what counts now: `host[:port]`, empty where the adapter calls none, undefined where its
 * parameters do not say.
 * @param revision of the parameters, as far as known
 */
export async function hostOf(
  { adapters, parameters }: Pick<Worker, 'adapters' | 'parameters'>,
  { adapter: id, ars, leistung }: Where,
  revision?: number,
): Promise<string | undefined> {
  const family = adapters.get(id);
  if (!family) return undefined;
  const set = await parameters.effective({ ars, leistung, revision });
  const known = hosts.get(set) ?? new Map<string, string | undefined>();
  hosts.set(set, known);
  if (!known.has(id)) {
    known.set(id, hostIn(parameters, set, family));
  }
  return known.get(id);
}

/** A secret that no key opens leaves the host unknown: the claim says so by name. */
function hostIn(parameters: Worker['parameters'], set: EffectiveSet, family: Adapter): string | undefined {
  const { id } = family.manifest;
  try {
    const values = parameters.values(set, id);
    const bound = bind(versionOf(family, values[`${id}.version`]) ?? family, values);
    return 'message' in bound ? undefined : ([...bound.hosts.keys()][0] ?? '');
  } catch (error) {
    if (error instanceof SecretUnreadable) return undefined;
    throw error;
  }
}
