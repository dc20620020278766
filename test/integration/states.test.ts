import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Outcome } from '#adapters/contract.js';
import { discard } from '#operator/discard.js';
import { replay } from '#operator/replay.js';
import { settle } from '#operator/settle.js';
import { claimGroup } from '#pipeline/claim.js';
import { migrate } from '#store/migrate.js';
import { insertReply } from '#store/replies.js';
import { causeOf } from '#submission/cause.js';
import { endOf, progressOf } from '#submission/state.js';
import type { PlannedStep } from '#submission/submission.js';
import { statesToCome, submissionEnds, taskStates } from '#submission/vocabulary.js';
import { seedTask } from '../kit/seeds.js';
import { adapterOf, openWay, registerOf } from '../kit/way.js';

const reason = { public: 'Das Zielsystem ist überlastet oder gestört.' };
const hour = 3_600_000;

/** What a target says next; where nothing is left to say, that it took the delivery. */
let fates: string[] = [];
const nextFate = () => fates.pop() ?? 'delivered';

function answer(fate: string, later: Date): Outcome {
  switch (fate) {
    case 'pending':
      return { kind: 'pending', externalReference: 'x', askAgainAt: later };
    case 'rejected':
      return { kind: 'rejected', reasons: [{ public: `Die Angaben sind unvollständig (${Math.random()}).` }] };
    case 'misconfigured':
      return { kind: 'misconfigured', parameter: 'target.token', reason };
    case 'unknown':
      return { kind: 'unknown', reason };
    case 'later':
      return { kind: 'later', reason };
    default:
      return { kind: 'delivered', externalReference: 'x' };
  }
}

const soon = () => new Date(way.db.now().getTime() + 60_000);
const says = async () => answer(nextFate(), soon());
const found = async () => {
  const fate = nextFate();
  if (fate === 'later') throw new Error('disturbed');
  return fate === 'delivered' ? { externalReference: 'x' } : fate === 'pending' ? 'unknowable' : 'absent';
};
const target = adapterOf({ deliver: says, find: found, status: says });
const blind = adapterOf({ manifest: { id: 'blind' }, deliver: says });
const register = registerOf(async () => {
  const said = await says();
  return said.kind === 'delivered' ? { kind: 'notFound', source: 'Register' } : said;
});

let way: Awaited<ReturnType<typeof openWay>>;
beforeAll(async () => {
  const settings = { RETRY_PAUSES: '60', RETRY_WINDOW_HOURS: '3', ANSWER_DAYS: '1' };
  way = await openWay([target, blind, register], settings);
  const columns = 'client, url, secret, since, due_at';
  await way.db.query(`insert into callback (${columns}) values ('service-bw', '', '', $1, $1)`, [way.db.now()]);
});
afterAll(() => way?.close());

const plans: Record<string, Partial<PlannedStep>[]> = {
  one: [{}],
  blind: [{ name: 'step0', adapter: 'blind' }],
  two: [{}, { name: 'step1', adapter: 'blind' }],
  asks: [{ name: 'person', adapter: 'register', kind: 'register', optional: true }, { name: 'step1' }],
  must: [
    { name: 'person', adapter: 'register', kind: 'register' },
    { name: 'step0', adapter: 'blind' },
    { name: 'step1' },
  ],
};

const fate = fc.constantFrom(
  ...['delivered', 'delivered', 'rejected', 'rejected', 'unknown', 'unknown', 'pending', 'later', 'misconfigured'],
);
const nth = fc.nat(20);
/** What people and machines do, one after the other or at once. `nth` chooses among the tasks that it can concern. */
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('accept'), plan: fc.constantFrom(...Object.keys(plans)) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('round'), fates: fc.array(fate, { minLength: 4, maxLength: 8 }) }),
  },
  fc.record({ do: fc.constantFrom('crash', 'sweep', 'reply'), nth }),
  fc.record({ do: fc.constant('live'), hours: fc.constantFrom(1, 2, 30) }),
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constantFrom('replay', 'replay', 'arrived', 'absent', 'discard', 'race'), nth }),
  },
);
const begun = [...Object.keys(plans), 'one', 'blind'].map((plan) => ({ do: 'accept', plan }));
type Step = { do: string; plan?: string; fates?: string[]; nth?: number; hours?: number };

const operator = () => ({ db: way.db, finders: ['target'] });
const byHand: Record<string, (taskId: string) => Promise<unknown>> = {
  replay: (taskId) => replay(operator(), taskId, { parameters: 'current', actor: 'operator' }),
  arrived: (taskId) => settle(operator(), taskId, { arrived: true, actor: 'operator', reason: 'Anruf' }),
  absent: (taskId) => settle(operator(), taskId, { arrived: false, actor: 'operator', reason: 'Anruf' }),
  discard: (taskId) => discard(operator(), taskId, 'operator', 'doppelt'),
  race: (taskId) => Promise.all(['discard', 'replay', 'arrived', 'absent'].map((verb) => byHand[verb]!(taskId))),
};

const clear = () => way.db.query('truncate submission, attempt, event, payload, lane, reply, notice cascade');

async function tasksIn(state: string): Promise<string[]> {
  const { rows } = await way.db.query<{ task_id: string }>(
    'select task_id from task where state = $1 order by created_at, task_id',
    [state],
  );
  return rows.map(({ task_id }) => task_id);
}

async function take({ do: verb, plan, fates: said = [], nth: n = 0, hours = 0 }: Step): Promise<void> {
  const one = async (state: string) => {
    const ids = await tasksIn(state);
    return ids.length > 0 ? ids[n % ids.length] : undefined;
  };
  way.advance(1);
  switch (verb) {
    case 'accept':
      await way.accept(plans[plan!]);
      return;
    case 'round':
      fates = [...said];
      way.advance(61_000);
      await way.db.query(`update lane set state = 'open', why = null, failures = 0`);
      await way.round();
      return;
    case 'live':
      way.advance(hours * hour);
      return;
    case 'sweep':
      way.advance(hour);
      await Promise.all([way.sweep(), way.sweep()]);
      return;
    case 'crash': {
      const taskId = await one('queued');
      if (taskId) await claimGroup(way.worker, [{ taskId, target: undefined }]);
      return;
    }
    case 'reply': {
      const taskId = await one('done');
      const content = { externalId: 'R', status: 'bescheid', at: way.db.now(), documents: [] } as const;
      if (taskId) await insertReply(way.db, { ...content, documents: [] }, { taskId, actor: 'x' });
      return;
    }
    default: {
      const taskId = await one('dead');
      if (taskId) await byHand[verb]!(taskId);
    }
  }
}

/** Every submission as it is stored, and as its tasks say. */
async function compare(): Promise<Map<string, string>> {
  const { rows } = await way.db.query(
    `select submission.submission_id, submission.state, ended_at, jsonb_array_length(steps) as steps,
       jsonb_agg(to_jsonb(task) || jsonb_build_object('finishedAt', extract(epoch from finished_at) * 1000)
         order by task.step) as tasks
     from submission join task using (submission_id) group by submission.submission_id`,
  );
  for (const { submission_id, state, ended_at, steps, tasks } of rows) {
    const known = tasks.map((task: { finishedAt: number | null }) => ({
      ...task,
      finishedAt: task.finishedAt === null ? null : new Date(task.finishedAt),
    }));
    const end = endOf(known, steps);
    expect([submission_id, state, ended_at, known]).toEqual([
      submission_id,
      end?.state ?? 'open',
      end?.at ?? null,
      known,
    ]);
    expect(tasks.filter((task: { state: string }) => task.state !== 'done').length).toBeLessThanOrEqual(1);
    for (const task of tasks)
      if (task.state !== 'discarded') expect(task.cause).toBe(task.state === 'dead' ? causeOf(task) : null);
  }
  return new Map(rows.map((row) => [row['submission_id'], `${row['state']} ${row['ended_at']}`]));
}

describe('what the columns say of a submission', () => {
  test('is what its tasks say, whatever statements came in whatever order, and is news once', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step as fc.Arbitrary<Step>, { minLength: 40, maxLength: 40 }), async (steps) => {
        await clear();
        let before = new Map<string, string>();
        let ends = 0;
        for (const one of [...begun, ...steps]) {
          await take(one);
          const now = await compare();
          for (const [id, end] of now) {
            if (end !== (before.get(id) ?? end) || !before.has(id)) ends += end.startsWith('open') ? 0 : 1;
            seen.add(end.split(' ')[0]!);
          }
          before = now;
        }
        const news = await way.db.query(`select from notice where type = 'new-state'`);
        expect(news.rowCount).toBe(ends);
      }),
      { numRuns: 5, endOnFailure: true },
    );
    expect([...seen].sort()).toEqual(['open', ...submissionEnds].sort());
  }, 60_000);

  test('may be any state that is drawn, and no other', async () => {
    const { rows } = await way.db.query<{ submission: string; task: string }>(
      `select
         enum_range(null::submission_state)::text as submission,
         (select pg_get_constraintdef(oid) from pg_constraint where conname = 'task_state_check') as task`,
    );
    const allowed = Object.fromEntries(
      Object.entries(rows[0]!).map(([table, text]) => [table, /\{(.*)\}/.exec(text)![1]!.split(',').sort()]),
    );
    expect(allowed).toEqual({
      submission: ['open', ...submissionEnds, ...statesToCome.submission].sort(),
      task: [...taskStates, ...statesToCome.task].sort(),
    });
  });

  test('is also what a migration makes of submissions and dead letters from before', async () => {
    for (const state of taskStates)
      for (const outcome of [null, 'delivered', 'rejected', 'unknown']) await seedTask(way.db, { state, outcome });
    const two = ['step0', 'step1'].map((name) => ({ name, adapter: 'target', kind: 'fachverfahren' }) as PlannedStep);
    await seedTask(way.db, { state: 'done', outcome: 'delivered', steps: two });
    const written = await compare();
    await way.db.query(`
      alter table submission drop column state, drop column ended_at;
      alter table task drop column cause;
      drop function submission_after;
      drop type submission_state;
      delete from migration where name = '028_states'`);
    await migrate(way.url);
    expect(await compare()).toEqual(written);
  });

  test('is what the portal is told', async () => {
    await clear();
    fates = ['rejected'];
    const submissionId = await way.accept();
    expect((await way.view(submissionId))?.state).toBe('accepted');
    await way.round();
    const view = (await way.view(submissionId))!;
    expect(view).toMatchObject({ state: 'rejected', attention: true });
    await byHand['replay']!(view.tasks[0]!.taskId);
    expect((await way.view(submissionId))?.state).toBe(progressOf(view.tasks));
  });
});
