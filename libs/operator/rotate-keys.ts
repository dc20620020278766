import type { Keyring } from '#parameters/keyring.js';
import { beginOf, keyIdOf, SecretUnreadable, seal, unseal } from '#parameters/secrets.js';
import { sealedFor } from '#pipeline/inform.js';
import { noteAction } from '#store/actions.js';
import { SubmissionKey, unlessUnreadable } from '#store/codec.js';
import type { Database } from '#store/database.js';
import type { ParameterKey } from '#store/parameters.js';
import { bumpParameterRevision } from '#store/sql/parameter.js';
import {
  callbackSecrets,
  countSecrets,
  parameterSecrets,
  resealCallbacks,
  resealParameters,
} from '#store/sql/secret.js';
import { countKeys, keysBehind, rewrapKeys } from '#store/sql/submission-key.js';

export interface Rotated {
  /** Secrets that were encrypted anew. */
  count: number;
  /** Keys of submissions that were. */
  submissions: number;
  /** Submissions whose key no key opens: they stay as they are. */
  unreadableSubmissions: number;
  /** Those that no key opens: they stay as they are. */
  unreadable: ParameterKey[];
}

/** A stored secret, and the row that holds it: a version's id or a client. */
interface Stored {
  row: string;
  where: ParameterKey;
  secret: Uint8Array;
}

/**
 * Encrypts under the current key what is not. In small batches, each of which holds alone, while everything runs: who
 * read a secret before can still open it, and who writes another meanwhile keeps what he wrote. The database must be
 * open as its owner.
 */
export async function rotateKeys(options: { db: Database; keys: Keyring; batch?: number }): Promise<Rotated> {
  const { db, keys, batch = 200 } = options;
  const begin = beginOf(keys.current);
  const ofParameters = await resealAll(keys, {
    next: async (after) =>
      (await parameterSecrets(db, { after: Number(after || 0), begin, most: batch })).map(
        ({ versionId: row, secret, ...where }) => ({ row, where, secret: secret! }),
      ),
    write: (versionIds, before, secrets) =>
      db.transaction(async (sql) => {
        await bumpParameterRevision(sql); // who keeps values in memory reads them anew
        return resealParameters(sql, { versionIds, before, secrets });
      }),
  });
  const ofPortals = await resealAll(keys, {
    next: async (after) =>
      (await callbackSecrets(db, { after, begin, most: batch })).map(({ client, secret }) => ({
        row: client,
        where: sealedFor(client),
        secret,
      })),
    write: (clients, before, secrets) => resealCallbacks(db, { clients, before, secrets }),
  });
  const ofSubmissions = await rewrapAll(db, keys, begin, batch);
  const count = ofParameters.count + ofPortals.count;
  const data = { count, submissions: ofSubmissions.submissions };
  const act = { actor: 'owner', type: 'keys-rotated', subject: keys.current.id, data } as const;
  if (data.count + data.submissions > 0) await noteAction(db, { at: db.now(), ...act });
  return {
    ...ofSubmissions,
    count,
    unreadable: [...ofParameters.unreadable, ...ofPortals.unreadable],
  };
}

/** The same for the keys of submissions: their content stays as it is. */
async function rewrapAll(db: Database, keys: Keyring, begin: Buffer, batch: number) {
  const rewrapped = { submissions: 0, unreadableSubmissions: 0 };
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const page = await keysBehind(db, { after, most: batch });
    if (page.length === 0) return rewrapped;
    const stored = page.filter(({ wrapped }) => !wrapped.subarray(0, begin.length).equals(begin));
    const fresh = stored.flatMap(({ submissionId, wrapped }) => {
      const key = unlessUnreadable(() => SubmissionKey.unwrap(keys, submissionId, wrapped));
      return key ? [{ submissionId, before: wrapped, wrapped: key.wrap(keys) }] : [];
    });
    rewrapped.unreadableSubmissions += stored.length - fresh.length;
    if (fresh.length > 0)
      rewrapped.submissions += await rewrapKeys(db, {
        submissionIds: fresh.map(({ submissionId }) => submissionId),
        before: fresh.map(({ before }) => before),
        wrapped: fresh.map(({ wrapped }) => wrapped),
      });
    after = page.at(-1)!.submissionId;
  }
}

interface Place {
  /** The next secrets under other keys, behind this row. */
  next(after: string): Promise<Stored[]>;
  write(rows: string[], before: Uint8Array[], secrets: Uint8Array[]): Promise<number>;
}

async function resealAll(keys: Keyring, { next, write }: Place): Promise<Pick<Rotated, 'count' | 'unreadable'>> {
  const rotated: Pick<Rotated, 'count' | 'unreadable'> = { count: 0, unreadable: [] };
  for (let stored = await next(''); stored.length > 0; stored = await next(stored.at(-1)!.row)) {
    const resealed = stored.flatMap((one) => {
      const secret = resealedOf(keys, one);
      if (!secret) rotated.unreadable.push(one.where);
      return secret ? [{ ...one, before: one.secret, secret }] : [];
    });
    rotated.count += await write(
      resealed.map(({ row }) => row),
      resealed.map(({ before }) => before),
      resealed.map(({ secret }) => secret),
    );
  }
  return rotated;
}

function resealedOf(keys: Keyring, { where, secret }: Stored): Buffer | undefined {
  try {
    return seal(keys, where, unseal(keys, where, secret));
  } catch (error) {
    if (error instanceof SecretUnreadable) return undefined;
    throw error;
  }
}

/** How many secrets are under which key, by its id; under `''` those of version 0.2, which do not say. */
export const secretsByKey = async (db: Database) => byKey(await countSecrets(db));

/** How many keys of submissions are. */
export const submissionsByKey = async (db: Database) => byKey(await countKeys(db));

function byKey(counted: { begin: Buffer | null; count: number }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { begin, count } of counted) {
    const id = keyIdOf(begin!) ?? '';
    counts.set(id, (counts.get(id) ?? 0) + count);
  }
  return counts;
}
