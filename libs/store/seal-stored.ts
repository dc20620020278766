import type pg from 'pg';
import { type ContentKind, chunkName, type MasterKeys, SubmissionKey } from './codec.js';
import { runningOn, type Sql } from './database.js';
import { attachmentChunk } from './sql/attachment.js';
import {
  addMissingKeys,
  keysOfSubmissions,
  plainChunks,
  plainPayloads,
  sealChunk,
  sealPayloads,
  submissionsBehind,
} from './sql/submission-key.js';

/** What it takes to seal content of before. */
export interface Sealing {
  /** Asked only where there is something to seal. */
  keys(): MasterKeys;
}

/** Stands among the migrations once nothing plain is left. */
const step = '027_sealed_content';
/** Submissions whose content one transaction seals. Their files follow chunk by chunk. */
const batch = 200;
/** Bytes of content that are held at once; one piece may have more. */
const atOnce = 8 * 1024 * 1024;
/**
 * Writes the tables anew, without what was plain: unlike VACUUM FULL it leaves out also what another transaction might
 * still look at. A changed type forgets statistics, and how a column is stored.
 */
const rewriting = ['payload.content', 'attachment_chunk.bytes']
  .map((place) => place.split('.'))
  .map(
    ([table, column]) => `
      alter table ${table} alter column ${column} type bytea using ${column} || ''::bytea;
      alter table ${table} alter column ${column} set storage external;
      analyze ${table};`,
  )
  .join('');
const first = '00000000-0000-0000-0000-000000000000';

/** Whether `migrate` has sealed what was stored plain before migration 026. */
export async function isSealed(client: pg.Client): Promise<boolean> {
  return (await client.query('select from public.migration where name = $1', [step])).rowCount === 1;
}

/**
 * Before anything is changed, since afterwards an older version can do nothing with the tables: are there keys, if
 * something is to be sealed?
 */
export async function demandKeys(client: pg.Client, sealing: Sealing | undefined): Promise<void> {
  const { rows } = await client.query(
    `select to_regclass('public.submission') is not null and to_regclass('public.migration') is not null as there`,
  );
  if (!rows[0].there || (await isSealed(client)) || !(await anySubmission(client))) return;
  keysIn(sealing);
}

/** @throws Error where there are none */
function keysIn(sealing: Sealing | undefined): MasterKeys {
  if (!sealing) throw new Error('stored content is to be sealed, and no keys are given');
  return sealing.keys();
}

const anySubmission = async (client: pg.Client): Promise<boolean> =>
  (await client.query('select from submission limit 1')).rowCount === 1;

/**
 * Seals what was stored plain, in batches, each of which holds alone: after an interruption it begins where it was.
 * What was plain is then gone from the tables' files too, and from what the planner knows of them. One process does it,
 * the others wait.
 */
export async function sealStored(client: pg.Client, sealing: Sealing | undefined): Promise<void> {
  await client.query(`select pg_advisory_lock(hashtext('stellwerk sealing'))`);
  try {
    if (await isSealed(client)) return;
    if (await anySubmission(client)) await sealAll(client, sealing);
    await client.query('insert into public.migration (name, run_on) values ($1, now())', [step]);
  } finally {
    await client.query(`select pg_advisory_unlock(hashtext('stellwerk sealing'))`);
  }
}

async function sealAll(client: pg.Client, sealing: Sealing | undefined): Promise<void> {
  const sql = runningOn(client);
  for (let after = first; ; ) {
    const ids = (await submissionsBehind(sql, { after, most: batch })).map(({ submissionId }) => submissionId);
    if (ids.length > 0) await sealBatch(client, sql, ids, sealing);
    if (ids.length < batch) break;
    after = ids.at(-1)!;
  }
  await client.query(rewriting);
}

async function sealBatch(client: pg.Client, sql: Sql, ids: string[], sealing: Sealing | undefined): Promise<void> {
  await client.query('begin');
  try {
    const keys = await keysFor(sql, ids, keysIn(sealing));
    await sealContents(sql, ids, keys);
    await client.query('commit');
    await sealFiles(sql, ids, keys);
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** The keys of these submissions; which has none yet gets one. */
async function keysFor(sql: Sql, ids: string[], masters: MasterKeys): Promise<Map<string, SubmissionKey>> {
  const wrapped = ids.map((id) => SubmissionKey.create(id).wrap(masters));
  await addMissingKeys(sql, { submissionIds: ids, wrapped });
  const rows = await keysOfSubmissions(sql, { submissionIds: ids });
  return new Map(
    rows.map(({ submissionId, wrapped }) => [submissionId, SubmissionKey.unwrap(masters, submissionId, wrapped)]),
  );
}

async function sealContents(sql: Sql, ids: string[], keys: Map<string, SubmissionKey>): Promise<void> {
  const rows = (await plainPayloads(sql, { submissionIds: ids, most: atOnce })).map(({ content, kind, ...row }) => ({
    ...row,
    kind: kind as ContentKind,
    text: content.toString('utf8', 1),
  }));
  if (rows.length === 0) return;
  await sealPayloads(sql, {
    submissionIds: rows.map(({ submissionId }) => submissionId),
    kinds: rows.map(({ kind }) => kind),
    names: rows.map(({ name }) => name),
    contents: rows.map(({ submissionId, kind, name, text }) => keys.get(submissionId)!.sealText({ kind, name }, text)),
  });
  await sealContents(sql, ids, keys);
}

async function sealFiles(sql: Sql, ids: string[], keys: Map<string, SubmissionKey>): Promise<void> {
  for (const { submissionId, attachmentId, n } of await plainChunks(sql, { submissionIds: ids })) {
    const { bytes } = (await attachmentChunk(sql, { attachmentId, n }))!;
    const place = { kind: 'chunk' as const, name: chunkName(attachmentId, n) };
    await sealChunk(sql, { attachmentId, n, bytes: keys.get(submissionId)!.sealBytes(place, bytes.subarray(1)) });
  }
}
