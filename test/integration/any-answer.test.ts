import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Delivery, LookupOutcome, Outcome } from '#adapters/contract.js';
import type { Json } from '#submission/vocabulary.js';
import { adapterOf, openWay, registerOf } from '../kit/way.js';

let way: Awaited<ReturnType<typeof openWay>>;
afterEach(() => way.close());

const unit = fc.oneof(
  fc.constantFrom('\0', '\ud83d', '\udc00', '"', '\\'),
  fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
);
const text = fc.string({ unit, minLength: 1, maxLength: 20 });
const reason = fc.record({ public: text, detail: text });
const replies = fc.array(
  fc.record({
    id: text,
    status: fc.constantFrom('bescheid' as const, 'rueckfrage' as const),
    text,
    at: fc.constant('2026-03-01T08:00:00Z'),
    documents: fc.array(
      fc.record({
        filename: fc.oneof(
          text,
          text.map((end) => 'n'.repeat(199) + end),
        ),
        mimetype: text,
        bytes: fc.uint8Array({ maxLength: 3 }),
      }),
      { maxLength: 2 },
    ),
  }),
  { maxLength: 2 },
);
const kind = <Kind extends string>(name: Kind) => fc.constant(name);
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ kind: kind('delivered'), externalReference: text, note: reason, replies }),
  fc.record({ kind: kind('pending'), externalReference: text, askAgainAt: fc.date(), note: reason, replies }),
  fc.record({ kind: kind('rejected'), reasons: fc.array(reason, { minLength: 1, maxLength: 3 }), replies }),
  fc.record({ kind: kind('later'), reason }),
  fc.record({ kind: kind('unknown'), reason }),
);
const json = fc.oneof(
  fc.jsonValue({ stringUnit: unit }) as fc.Arbitrary<Json>,
  fc.integer({ min: 500, max: 5_000 }).map((levels) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as Json),
);
const lookup: fc.Arbitrary<LookupOutcome> = fc.record({
  kind: kind('found'),
  source: text,
  attributes: fc.record({ familienname: json }),
});
/** Every case of a list at once, so that each is in the groups of all others. */
const atOnce = { LANE_SLOTS: '1000', HOST_SLOTS: '1000', LANE_CLOSES_AFTER: '1000' };
const seed = 20_261;
const numRuns = 100;

describe('whatever a target answers,', () => {
  test('any Unicode in any outcome is recorded', async () => {
    const answers = fc.sample(outcome, { seed, numRuns });
    const asked = (_: unknown, { data }: Delivery) => answers[(data as { n: number }).n]!;
    way = await openWay([adapterOf({ deliver: async (context, delivery) => asked(context, delivery) })], atOnce);
    const ids = await Promise.all(answers.map((_, n) => way.accept([{}], { n })));
    await way.round();
    const tasks = await Promise.all(ids.map((id) => way.task(id)));
    expect(tasks.map((task) => task['outcome'])).toEqual(answers.map((answer) => answer.kind));
    const { rows } = await way.db.query('select count(*) as count from reply');
    const said = answers.flatMap((answer) => ('replies' in answer ? (answer.replies ?? []) : []));
    expect(rows[0]!['count']).toBeGreaterThan(said.length / 2); // the same id twice is one reply
  });

  test('any JSON of a register is recorded, or asked again where nobody could keep it', async () => {
    const answers = fc.sample(lookup, { seed, numRuns });
    let n = 0;
    way = await openWay([adapterOf(), registerOf(async () => answers[n++]!)], atOnce);
    const person = { name: 'person', kind: 'register', adapter: 'register' } as const;
    const ids = await Promise.all(answers.map(() => way.accept([person])));
    await way.round();
    const tasks = await Promise.all(ids.map((id) => way.task(id)));
    expect(new Set(tasks.map((task) => task['outcome']))).toEqual(new Set(['found', 'later']));
    expect(tasks.filter((task) => task['state'] === 'running')).toEqual([]);
  });

  test('a probe whose words cannot be stored is noted, and so is a parameter that does not fit', async () => {
    const said = { message: 'kaputt \ud83d\0', parameter: 'token' };
    const reason = { public: said.message };
    way = await openWay([
      adapterOf({
        deliver: async () => ({ kind: 'misconfigured', parameter: 'token', reason }),
        check: async () => [{ step: 'authenticate', ok: false, ...said }],
      }),
    ]);
    const id = await way.accept();
    await way.round();
    expect(await way.task(id)).toMatchObject({ outcome: 'misconfigured', reason: 'kaputt \ufffd\ufffd' });
    await way.db.query('update lane set reason = null, probe_at = $1', [way.db.now()]);
    await way.sweep();
    expect(await way.lane()).toMatchObject({ reason: 'kaputt \ufffd\ufffd', parameter: 'target.token' });
  });
});

describe('what the store refuses even so', () => {
  const refused = 'refused';
  const refuse = async (table: string, condition: string) => {
    await way.db.query('create sequence refusals');
    await way.db.query(
      `create function refuse() returns trigger language plpgsql as $$
        begin
          if ${condition} then raise 'refused %', nextval('refusals'); end if;
          return new;
        end $$`,
    );
    await way.db.query(`create trigger no before insert or update on ${table} for each row execute function refuse()`);
  };
  const answers: Outcome[] = [
    { kind: 'delivered', externalReference: refused },
    { kind: 'rejected', reasons: [{ public: refused }] },
    { kind: 'delivered', externalReference: 'A1' },
  ];
  const deliver = async (_: unknown, { data }: Delivery) => answers[(data as { n: number }).n]!;

  test('ends as a dead letter with a reason, in doubt where the target has it, and takes nobody along', async () => {
    way = await openWay([adapterOf({ deliver })]);
    await refuse('task', `'${refused}' in (new.reason, new.external_reference)`);
    const ids = await Promise.all(answers.map((_, n) => way.accept([{}], { n })));
    await way.round();
    const [taken, rejected, innocent] = await Promise.all(ids.map((id) => way.task(id)));
    expect(taken).toMatchObject({
      state: 'dead',
      outcome: 'unknown',
      doubt_attempt: 1,
      reason: 'Das Ziel hat die Sendung angenommen, aber seine Antwort ließ sich nicht speichern.',
    });
    expect(rejected).toMatchObject({
      state: 'dead',
      outcome: 'poison',
      reason: 'Das Ziel hat die Sendung abgelehnt, aber seine Antwort ließ sich nicht speichern.',
    });
    expect(innocent).toMatchObject({ state: 'done', outcome: 'delivered', external_reference: 'A1' });
  });

  test('is tried five times, and a reply is not forgotten at the target', async () => {
    const confirmed: string[][] = [];
    const reply = { id: 'R1', status: 'bescheid' as const, at: '2026-03-01T08:00:00Z', documents: [] };
    way = await openWay([
      adapterOf({
        deliver: async () => ({ kind: 'delivered', externalReference: 'A1', replies: [reply] }),
        confirm: async (_, ids) => void confirmed.push(ids),
      }),
    ]);
    await refuse('reply', `new.external_id = 'R1'`);
    const id = await way.accept();
    await way.round();
    expect(await way.task(id)).toMatchObject({ state: 'dead', outcome: 'unknown' });
    expect(confirmed).toEqual([]);
    expect((await way.db.query('select last_value as tries from refusals')).rows).toEqual([{ tries: 5 }]);
  });
});
