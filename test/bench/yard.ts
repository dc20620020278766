import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyringOf } from '#parameters/keyring.js';
import { SubmissionKey } from '#store/codec.js';
import { openDatabase } from '#store/database.js';
import { newId } from '#submission/id.js';
import type { Submission } from '#submission/submission.js';
import { newTrace } from '#telemetry/trace.js';
import { App, freePorts } from '../kit/processes.js';
import { openTestReception } from '../kit/reception.js';
import { createTestDatabase, createTestVhost } from '../kit/services.js';

/** What accepting leaves behind for a submission with one step, so many times for each municipality. */
const loadStatement = `
with given as (
  select * from unnest($8::uuid[], $9::text[], $14::bytea[], $15::bytea[]) given (submission_id, ars, wrapped, content)
), s as (
  insert into submission (submission_id, case_id, client, channel, leistung, ars, process_version, schema_id,
    schema_version, steps, traceparent, received_at, accepted_at, trust_level)
  select submission_id, gen_random_uuid(), 'service-bw', 'service-bw', $1, ars, $2, $3, $4, $5, $6, $7, $7, 'hoch'
  from given
  returning submission_id, case_id, ars
), k as (
  insert into submission_key (submission_id, wrapped) select submission_id, wrapped from given
), l as (
  insert into lane (lane, adapter, ars) select distinct $10 || ':' || ars, $10, ars from given
    on conflict do nothing
), t as (
  insert into task (task_id, submission_id, case_id, step, step_name, kind, optional, adapter, leistung, ars, lane,
    traceparent, state, next, due_at, created_at)
  select gen_random_uuid(), submission_id, case_id, 0, $11, $12, $13, $10, $1, ars, $10 || ':'
    || ars, $6, 'queued', case $12 when 'register' then 'lookup' else 'deliver' end, $7, $7 from s
)
insert into payload (submission_id, kind, content, at) select submission_id, 'data', content, $7 from given`;

/**
 * Tasks in the store and a worker process that empties it: what is measured is the way from a task that is due to its
 * record.
 */
export async function openYard() {
  const [lentDatabase, lentVhost] = [await createTestDatabase(), await createTestVhost()];
  const db = await openDatabase(lentDatabase.url, { max: 3 });
  const key = randomBytes(32);
  const reception = await openTestReception(db, key);
  const home = mkdtempSync(join(tmpdir(), 'stellwerk-bench-'));
  const [port] = (await freePorts(1)) as [number];
  let worker: App | undefined;
  return {
    ...reception,
    db,
    /** @param each tasks per municipality, due now */
    async load({ leistung, processVersion, schema, steps, data }: Submission, regions: string[], each: number) {
      const { name, kind, adapter, optional } = steps[0]!;
      const place = [leistung, processVersion, schema.id, schema.version, JSON.stringify(steps.slice(0, 1))];
      const what = [adapter, name, kind, optional];
      const keys = regions.flatMap(() => Array.from({ length: each }, () => SubmissionKey.create(newId())));
      const rows = [
        keys.map((one) => one.wrap(keyringOf(key))),
        keys.map((one) => one.sealJson({ kind: 'data', name: '' }, data)),
      ];
      const ids = keys.map(({ submissionId }) => submissionId);
      const towns = regions.flatMap((ars) => Array.from({ length: each }, () => ars));
      await db.query(loadStatement, [...place, newTrace(), db.now(), ids, towns, ...what, ...rows]);
    },
    async startWorker(environment: Record<string, string> = {}) {
      const own = { DATABASE_URL: lentDatabase.url, AMQP_URL: lentVhost.url, STELLWERK_KEY: key.toString('base64') };
      worker = new App('worker', port, { ...own, STELLWERK_HOME: home, LOG_LEVEL: 'error', ...environment });
      await worker.start();
    },
    async close() {
      await worker?.kill();
      await db.close();
      await lentDatabase.drop();
      await lentVhost.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
