import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readAttachment, readFiles } from '#store/attachments.js';
import { keyOf } from '#store/contents.js';
import { type Database, openDatabase } from '#store/database.js';
import { migrate } from '#store/migrate.js';
import { readReply } from '#store/replies.js';
import { plainPayloads } from '#store/sql/submission-key.js';
import { documentOf } from '#submission/reply.js';
import type { Json } from '#submission/vocabulary.js';
import { everythingIn, foundIn } from '../kit/everything.js';
import { seedTask } from '../kit/seeds.js';
import { createTestDatabase, type TestResource, testKeys } from '../kit/services.js';

const canaries = ['Zebrafinkowski', 'Kanarienvogelweg', 'Wellensittich', 'Rotkehlchenhof'] as const;
const [form, file, handle, said] = canaries;
const count = 450; // three batches
const pdf = Buffer.concat([Buffer.from(file), randomBytes(300_000), Buffer.from(file)]);
const sealing = { keys: () => testKeys };

let lent: TestResource;
let db: Database;
let rich: { submissionId: string; taskId: string };
const [replyId, attachmentId] = [randomUUID(), randomUUID()];

/** The store as version 0.2 left it: content as jsonb, chunks as they are, no keys. */
async function asBefore(): Promise<void> {
  await db.query(`delete from migration where name like '%_sealed_content'`);
  await db.query('drop table submission_key');
  await db.query(`alter table payload alter column content type jsonb using '{}'`);
}

async function fill(): Promise<void> {
  const at = new Date();
  await db.query(
    `insert into submission (submission_id, case_id, client, channel, leistung, ars, process_version, schema_id,
      schema_version, steps, traceparent, received_at, accepted_at)
     select gen_random_uuid(), gen_random_uuid(), 'service-bw', 'service-bw', '1', '08', '1', 'S1', '1', '[]', '',
       $1, $1
     from generate_series(1, $2)`,
    [at, count - 1],
  );
  rich = await seedTask(Object.assign({ ...db, keys: undefined }), { state: 'done', outcome: 'delivered' });
  await db.query(
    `insert into payload (submission_id, kind, content, at)
     select submission_id, kind, jsonb_build_object('text', $2::text, 'id', submission_id), $1
     from submission, unnest(array['data', 'metadata']) kind`,
    [at, form],
  );
  await db.query(`update payload set content = $2 where submission_id = $1 and kind = 'metadata'`, [
    rich.submissionId,
    JSON.stringify({ postfachHandleId: handle }),
  ]);
  await db.query(
    `insert into reply (reply_id, submission_id, task_id, adapter, external_id, status, documents, at, received_at)
     values ($1, $2, $3, 'echo', 'B-1', 'bescheid', 0, $4, $4)`,
    [replyId, rich.submissionId, rich.taskId, at],
  );
  const contents = {
    register: ['person', { a: said }],
    sent: [`${rich.taskId}:1:send`, said],
    reply: [replyId, { text: said, hash: 'x' }],
  };
  for (const [kind, [name, content]] of Object.entries(contents))
    await db.query('insert into payload (submission_id, kind, name, content, at) values ($1, $2, $3, $4, $5)', [
      rich.submissionId,
      kind,
      name,
      JSON.stringify(content),
      at,
    ]);
  const { sha256 } = documentOf({ filename: '', mimetype: '', bytes: pdf });
  await db.query(
    `insert into attachment (attachment_id, submission_id, filename, mimetype, size, sha256)
     values ($1, $2, 'plan.pdf', 'application/pdf', $3, $4)`,
    [attachmentId, rich.submissionId, pdf.length, sha256],
  );
  for (const [n, bytes] of [pdf.subarray(0, 262_144), pdf.subarray(262_144)].entries())
    await db.query('insert into attachment_chunk (attachment_id, n, bytes) values ($1, $2, $3)', [
      attachmentId,
      n,
      bytes,
    ]);
  await db.query('analyze');
}

/** The bytes of the files in which content lies. */
async function filesOfContent(): Promise<Buffer> {
  await db.query('checkpoint');
  const { rows } = await db.query<{ bytes: Buffer }>(
    `select pg_read_binary_file(pg_relation_filepath(relation)) as bytes
     from pg_class, unnest(array[oid, nullif(reltoastrelid, 0)]) relation
     where relkind = 'r' and relname ~ '^(payload|attachment_chunk)' and relation is not null`,
  );
  return Buffer.concat(rows.map(({ bytes }) => bytes));
}

beforeAll(async () => {
  lent = await createTestDatabase();
  db = await openDatabase(lent.url, { max: 2, keys: testKeys });
  await asBefore();
  await fill();
}, 30_000);
afterAll(async () => {
  await db.close();
  await lent.drop();
});

test('P3 what was stored before is sealed by migrate, also after an interruption; nothing plain stays', async () => {
  expect(foundIn(await everythingIn(db), [...canaries])).toEqual([...canaries]);
  await expect(migrate(lent.url)).rejects.toThrow('no keys are given');
  const columns = await db.query(`select data_type from information_schema.columns where column_name = 'content'`);
  expect(columns.rows).toEqual([{ data_type: 'jsonb' }]); // nothing is changed yet
  let asked = 0;
  const keys = () => {
    if (asked++ === 3) throw new Error('interrupted');
    return testKeys;
  };
  await expect(migrate(lent.url, { keys })).rejects.toThrow('interrupted');
  const { rows } = await db.query('select count(*) as sealed from submission_key');
  expect(rows).toEqual([{ sealed: 400 }]);
  expect(foundIn(await everythingIn(db), [form])).toEqual([form]); // the last batch
  const ids = (await db.query('select submission_id from submission')).rows.map((row) => row['submission_id']);
  const portion = async (most: number) => (await plainPayloads(db, { submissionIds: ids, most })).length;
  expect(await portion(1)).toBe(1);
  expect(await portion(1e9)).toBeGreaterThanOrEqual(100);

  await Promise.all([migrate(lent.url, sealing), migrate(lent.url, sealing)]);
  const storage = await db.query(
    `select distinct attstorage from pg_attribute
     where attrelid in ('payload'::regclass, 'attachment_chunk'::regclass) and attname in ('content', 'bytes')`,
  );
  expect(storage.rows).toEqual([{ attstorage: 'e' }]);
  expect(foundIn(await everythingIn(db), [...canaries])).toEqual([]);
  const files = await filesOfContent();
  expect(files.length).toBeGreaterThan(300_000);
  for (const word of canaries) expect(files.includes(word)).toBe(false);
  await migrate(lent.url); // nothing to do: no keys are asked for
}, 60_000);

test('what was sealed so is what it was, in its place, under a key for each submission', async () => {
  const { rows } = await db.query('select submission_id, kind, name, content from payload');
  const read = await Promise.all(
    rows.map(async ({ submission_id: id, kind, name, content }) => {
      const value = (await keyOf(db, id)).openJson({ kind, name }, content) as Record<string, Json>;
      return { id, kind, value };
    }),
  );
  const others = read.filter(({ id }) => id !== rich.submissionId);
  expect(others).toHaveLength(2 * (count - 1));
  for (const { id, value } of others) expect(value).toEqual({ text: form, id });
  const own = read.filter(({ id }) => id === rich.submissionId).map(({ kind, value }) => [kind, value]);
  expect(Object.fromEntries(own)).toEqual({
    data: { text: form, id: rich.submissionId },
    metadata: { postfachHandleId: handle },
    register: { a: said },
    sent: said,
    reply: { text: said, hash: 'x' },
  });
  const { submissionId } = rich;
  expect(
    pdf.equals((await readAttachment(db, { submissionId, ...(await readFiles(db, [submissionId]))[0]![0]! }))!),
  ).toBe(true);
  expect(await readReply(db, 'service-bw', submissionId, replyId)).toMatchObject({ text: said });
  const keys = await db.query('select count(distinct wrapped) as keys from submission_key');
  expect(keys.rows).toEqual([{ keys: count }]);
});
