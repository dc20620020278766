import { randomUUID } from 'node:crypto';
import type { Database } from '#store/database.js';
import { causeOf } from '#submission/cause.js';
import { endOf } from '#submission/state.js';
import type { PlannedStep } from '#submission/submission.js';
import type { TaskState } from '#submission/vocabulary.js';

export interface Seed {
  ars?: string;
  leistung?: string;
  adapter?: string;
  state?: TaskState;
  outcome?: string | null;
  reason?: string | null;
  next?: string;
  diedAt?: Date;
  doubtAttempt?: number | null;
  steps?: PlannedStep[];
  /** One attempt each: the version ids it ran with, by parameter name. */
  attempts?: {
    parameters?: Record<string, string>;
    adapterVersion?: string;
    outcome: string;
    reason?: string;
    generation?: number;
  }[];
}

export interface Seeded {
  taskId: string;
  submissionId: string;
  lane: string;
}

const deliver: PlannedStep = {
  name: 'zustellen',
  title: 'Zustellen',
  kind: 'fachverfahren',
  adapter: 'echo',
  optional: false,
};

/**
 * A submission whose first task stands as described: by default dead, rejected, after one attempt. Rows as the worker
 * leaves them.
 */
export async function seedTask(db: Database, seed: Seed = {}): Promise<Seeded> {
  const {
    ars = '081110000000',
    leistung = '99102013104000',
    adapter = 'echo',
    state = 'dead',
    outcome = 'rejected',
    reason = 'Angaben unvollständig.',
  } = seed;
  const steps = seed.steps ?? [{ ...deliver, adapter }];
  const attempts = seed.attempts ?? [{ outcome: outcome ?? 'lost', ...(reason && { reason }) }];
  const ids = { taskId: randomUUID(), submissionId: randomUUID(), lane: `${adapter}:${ars}` };
  const at = seed.diedAt ?? db.now();
  const end = endOf([{ state, outcome, finishedAt: at }], steps.length);
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await db.query(
    `insert into submission (submission_id, case_id, client, channel, leistung, ars, process_version, schema_id,
      schema_version, steps, traceparent, received_at, accepted_at, state, ended_at)
     values ($1, $2, 'service-bw', 'service-bw', $3, $4, '1.0.0', 'S99000001', '1.2', $5, $6, $7, $7, $8, $9)`,
    [ids.submissionId, randomUUID(), leistung, ars, JSON.stringify(steps), trace, at, end?.state ?? 'open', end?.at],
  );
  await db.query('insert into submission_number (submission_id) values ($1)', [ids.submissionId]);
  await db.query(`insert into lane (lane, adapter, ars) values ($1, $2, $3) on conflict do nothing`, [
    ids.lane,
    adapter,
    ars,
  ]);
  await db.query(
    `insert into task (task_id, submission_id, case_id, step, step_name, kind, adapter, leistung, ars, lane,
      traceparent, state, next, due_at, attempts, retries, unrecorded, doubt_attempt, window_from, outcome, reason,
      created_at, finished_at, cause)
     select $1, submission_id, case_id, 0, $3, $4, $5, leistung, ars, $6, traceparent, $7, $8, $9, $10, 3, 1, $11, $9,
       $12, $13, $9, case when $7 in ('dead', 'done', 'discarded') then $9::timestamptz end, $14
     from submission where submission_id = $2`,
    [
      ids.taskId,
      ids.submissionId,
      steps[0]!.name,
      steps[0]!.kind,
      adapter,
      ids.lane,
      state,
      seed.next ?? 'deliver',
      at,
      attempts.length,
      seed.doubtAttempt ?? null,
      outcome,
      reason,
      state === 'dead' ? causeOf({ adapter, outcome, reason }) : null,
    ],
  );
  for (const [n, attempt] of attempts.entries()) {
    const parameters = Object.entries(attempt.parameters ?? {}).map(([name, versionId]) => ({
      name,
      versionId,
      region: ars.slice(0, 5),
      level: 'kreis',
    }));
    await db.query(
      `insert into attempt (task_id, attempt, generation, call, worker, adapter_version, parameters, started_at,
        finished_at, outcome, reason) values ($1, $2, $3, 'deliver', 'worker-1', $4, $5, $6, $6, $7, $8)`,
      [
        ids.taskId,
        n + 1,
        attempt.generation ?? 1,
        attempt.adapterVersion ?? '1.0.0',
        JSON.stringify(parameters),
        at,
        attempt.outcome,
        attempt.reason ?? null,
      ],
    );
  }
  await db.query(`insert into event (submission_id, at, type, actor) values ($1, $2, 'accepted', 'service-bw')`, [
    ids.submissionId,
    at,
  ]);
  return ids;
}

/**
 * Thousands of dead tasks in one statement: over ten municipalities, two adapters and three causes, one second apart.
 */
export async function seedMany(db: Database, count: number): Promise<void> {
  await db.query(
    `with s as (
       insert into submission (submission_id, case_id, client, channel, leistung, ars, process_version, schema_id,
         schema_version, steps, traceparent, received_at, accepted_at)
       select gen_random_uuid(), gen_random_uuid(), 'service-bw', 'service-bw', '99102013104000', '0811' || (n % 10)
         || '0000000', '1.0.0', 'S99000001', '1.2', '[]', '', $2::timestamptz - n * interval '1 second', $2
       from generate_series(1, $1::int) n returning *
     ), l as (
       insert into lane (lane, adapter, ars) select distinct a || ':' || ars, a, ars
         from s, unnest(array['echo', 'failing']) a on conflict do nothing
     )
     insert into task (task_id, submission_id, case_id, step, step_name, kind, adapter, leistung, ars, lane,
       traceparent, state, next, due_at, attempts, outcome, reason, created_at, finished_at, cause)
     select gen_random_uuid(), submission_id, case_id, 0, 'zustellen', 'fachverfahren', a, leistung, ars, a || ':'
       || ars, '', 'dead', 'deliver', received_at, 1,
       (array['rejected', 'exhausted', 'poison'])[1 + k % 3], 'Grund ' || k % 3, received_at, received_at,
       a || ':' || (array['rejected', 'exhausted', 'poison'])[1 + k % 3] || ':grund'
     from (select *, row_number() over (order by received_at) as k,
       case when row_number() over (order by received_at) % 2 = 0 then 'echo' else 'failing' end as a from s) n`,
    [count, db.now()],
  );
  await db.query('analyze task');
}
