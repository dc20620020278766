import { type Given, insertSubmissions, type Written, written } from '#store/accept.js';
import type { Database } from '#store/database.js';
import { type Acceptance, laneOf } from '#submission/submission.js';
import { grouped } from './grouped.js';
import type { Relay } from './relay.js';

/** Characters of a form and bytes of its files up to which it is stored together with others. */
const small = 64 * 1024;

/** Stores a valid submission and wakes the relay. `accepted` means durable (P1). */
export type Accept = (given: Given) => Promise<Acceptance>;

/**
 * Those that arrive together are stored in one statement. A twin of one that is on its way is answered as such before
 * it joins a group, so that no group holds a key twice.
 */
export function openAccept({ db, relay }: { db: Database; relay: Pick<Relay, 'wake'> }): Accept {
  const alone = async (one: Written) => (await insertSubmissions(db, [one]))[0]!;
  const inGroup = grouped((group: Written[]) => insertSubmissions(db, group));
  const onTheWay = new Set<string>();

  async function insert(given: Given): Promise<Acceptance> {
    const { client, idempotencyKey } = given.sender;
    if (idempotencyKey === undefined) return store(given);
    const key = JSON.stringify([client, idempotencyKey]);
    if (onTheWay.has(key)) return { kind: 'twin' };
    onTheWay.add(key);
    return store(given).finally(() => onTheWay.delete(key));
  }

  const store = async (given: Given) => {
    const one = written(given);
    return isSmall(one) ? inGroup(one) : alone(one);
  };

  return async (given) => {
    const acceptance = await insert(given);
    const { submission } = given;
    if (acceptance.kind === 'accepted' && !acceptance.replayed)
      relay.wake(laneOf(submission.steps[0]!.adapter, submission.ars));
    return acceptance;
  };
}

const isSmall = ({ submission: { attachments }, content }: Written) =>
  attachments.reduce((sum, { bytes }) => sum + bytes.byteLength, content.length) <= small;
