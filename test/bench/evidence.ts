import { openSigner } from '#evidence/note.js';
import { sealBatch } from '#evidence/sealer.js';
import { openDatabase } from '#store/database.js';
import { createTestDatabase } from '../kit/services.js';
import { costOf } from './cost.js';
import type { Figure } from './figure.js';
import { scaled } from './scale.js';

/** More than a way of 1,500 submissions a second writes. */
const least = 5_000;
const events = scaled('BENCH_EVENTS', 50_000, 2_000);

/** Events of a submission as a delivery leaves them, in transactions of twenty. */
const fill = `
do $$ begin
  for n in 1..$count$ / 20 loop
    insert into event (submission_id, task_id, at, type, actor, data)
    select
      submission_id, gen_random_uuid(), date_trunc('milliseconds', clock_timestamp()), 'delivered', 'worker',
      jsonb_build_object('step', 'Zustellung', 'adapter', 'rest', 'attempt', 1, 'sent', jsonb_build_object('send',
        'bXwjqUZ0tqL0j0cB8sB8Tq8yX0b5Qk0aWc9zX2uFv1E'))
    from submission, generate_series(1, 20);
    commit;
  end loop;
end $$`;

/** How fast what is committed gets into the evidence log, and what an event costs there. */
export async function benchEvidence(): Promise<Figure[]> {
  const lent = await createTestDatabase();
  const db = await openDatabase(lent.url, { max: 1 });
  try {
    await db.query(
      `insert into submission (submission_id, case_id, client, channel, leistung, ars, process_version, schema_id,
         schema_version, steps, traceparent, received_at, accepted_at)
       values (gen_random_uuid(), gen_random_uuid(), 'portal', 'service-bw', '99102013104000', '081110000000', '1',
         'S1', '1', '[]', '', now(), now())`,
    );
    await db.query(fill.replace('$count$', String(events)));
    await db.query('analyze event');
    const { rows } = await db.query<{ pid: number }>('select pg_backend_pid() as pid');
    const from = performance.now();
    const pids = { Siegler: process.pid, PostgreSQL: rows[0]!.pid };
    const { cost } = await costOf(db, pids, () => sealAll(db));
    const rate = events / ((performance.now() - from) / 1000);
    const cpu = Object.entries(cost.cpu).map(([name, seconds]) => `${name} ${((seconds / events) * 1e6).toFixed(0)}`);
    return [
      { name: 'Nachweise: Einträge', value: `${Math.round(rate)} /s`, bound: `≥ ${least} /s`, ok: rate >= least },
      { name: 'Nachweise: Rechenzeit je Eintrag', value: `${cpu.join(', ')} µs`, ok: true },
      { name: 'Nachweise: WAL je Eintrag', value: `${(cost.wal / events).toFixed(0)} Byte`, ok: true },
    ];
  } finally {
    await db.close();
    await lent.drop();
  }
}

async function sealAll(db: Parameters<typeof sealBatch>[0]): Promise<void> {
  const signer = openSigner(Buffer.alloc(32, 7));
  while (await sealBatch(db, signer));
}
