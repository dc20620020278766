import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Delivery, FachverfahrenAdapter, RegisterAdapter } from '#adapters/contract.js';
import type { Schema } from '#fim/model.js';
import { explain } from '#operator/explain.js';
import { pipeline } from '#pipeline/pipeline.js';
import type { Hold } from '#pipeline/pulse.js';
import { checkpointGroup } from '#pipeline/run.js';
import type { Process } from '#processes/process.js';
import { attachmentChunks, readFiles } from '#store/attachments.js';
import { opened } from '#store/contents.js';
import { claimTasks, readTask } from '#store/sql/claim.js';
import { recordAttempts } from '#store/sql/record.js';
import { overdueTickets, takeDue, takeOverdue } from '#store/sql/relay.js';
import { documentOf } from '#submission/reply.js';
import type { TrustLevel } from '#submission/vocabulary.js';
import { adapterOf, openWay, registerOf } from '../kit/way.js';

type Way = Awaited<ReturnType<typeof openWay>>;
let way: Way;

/** The tickets of a lane, as a relay takes them. `resendAfter`: milliseconds. */
const take = (lane: string, slots: number, resendAfter: number) => {
  const now = way.db.now();
  const resendAt = new Date(now.getTime() + resendAfter);
  return takeDue(way.db, { lanes: [lane], now, slots, hostSlots: 64, hostCalls: {}, resendAt });
};
/** As a worker does that dies then. `lease`: milliseconds. */
const claimTask = (taskId: string, lease: number) =>
  claimTasks(way.db, {
    taskIds: [taskId],
    hosts: [null],
    ownSlots: [null],
    rates: [null],
    now: way.db.now(),
    slots: 4,
    hostSlots: 64,
    leases: { '*': lease },
    worker: 'dead worker',
  });
afterEach(() => way.close());

/** Takes every delivery, and keeps what it was. */
const takingDown = (seen: Delivery[]) =>
  adapterOf({
    deliver: async (_, delivery) => {
      seen.push(delivery);
      return { kind: 'delivered', externalReference: 'A' };
    },
  });
const person = { name: 'person', title: 'Person', kind: 'register', adapter: 'register' } as const;
const down = { public: 'Das Zielsystem ist nicht erreichbar.' };

describe('the way of a task', () => {
  test('accepted, delivered, explained', async () => {
    way = await openWay([adapterOf()]);
    const id = await way.accept();
    expect(await way.view(id)).toMatchObject({ state: 'accepted', tasks: [{ state: 'queued', attempts: 0 }] });
    expect(await way.round()).toBe(1);
    expect(await way.view(id)).toMatchObject({
      state: 'delivered',
      attention: false,
      tasks: [{ state: 'done', outcome: 'delivered', attempts: 1 }],
    });
    expect((await way.view(id))!.events.map((event) => event.type)).toEqual(['accepted', 'delivered']);
    expect(await way.round()).toBe(0);
  });

  test('P2 a ticket that comes twice is claimed once', async () => {
    let effects = 0;
    way = await openWay([
      adapterOf({ deliver: async () => ({ kind: 'delivered', externalReference: String(++effects) }) }),
    ]);
    const id = await way.accept();
    const [ticket] = await take('target:081110000000', 4, 1000);
    await Promise.all([way.handle(ticket!), way.handle(ticket!), way.handle(ticket!)]);
    await way.handle(ticket!);
    expect(effects).toBe(1);
    expect((await way.task(id))['attempts']).toBe(1);
  });

  test('P2 a call ends before its lease, however long its preparation took', async () => {
    let until = 0;
    const deliver: FachverfahrenAdapter['deliver'] = async ({ deadline }) => {
      until = deadline.getTime();
      return { kind: 'delivered', externalReference: 'A' };
    };
    const program = {
      run: async () => {
        way.advance(5_000);
        return {};
      },
    };
    way = await openWay(
      [adapterOf({ deliver, manifest: { deadline: 10_000 } })],
      { LEASE_GRACE: '1000' },
      { programs: new Map([['step0', program]]) as unknown as Process['programs'] },
    );
    await way.accept();
    const from = way.db.now().getTime();
    await way.round();
    expect(until - from).toBe(10_000);
  });

  test('a worker that can hold nothing keeps its tickets until it can, so that others get the rest', async () => {
    way = await openWay([adapterOf()]);
    const id = await way.accept();
    const [ticket] = await take('target:081110000000', 4, 1000);
    let hold: Hold | undefined;
    const stop = new AbortController();
    const handle = pipeline({ ...way.worker, stop: stop.signal, pulse: { hold: () => hold } });
    const handled = handle(ticket!);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await way.task(id)).toMatchObject({ state: 'queued' });
    hold = { holds: () => true, lost: new AbortController().signal };
    await handled;
    expect(await way.task(id)).toMatchObject({ state: 'done' });
    hold = undefined;
    const ended = handle(ticket!);
    stop.abort();
    await ended;
  });

  test('steps follow each other, and the register answer reaches the delivery', async () => {
    const seen: unknown[] = [];
    way = await openWay([
      adapterOf({
        deliver: async (_, delivery) => {
          seen.push(delivery.message, delivery.lookups);
          return { kind: 'delivered', externalReference: 'A' };
        },
      }),
      registerOf(async () => ({ kind: 'found', source: 'Melderegister', attributes: { familienname: 'Muster' } })),
    ]);
    const id = await way.accept([person, { name: 'deliver' }]);
    await way.round();
    expect((await way.view(id))!.tasks).toHaveLength(2);
    await way.round();
    const answer = {
      outcome: 'found',
      attributes: { familienname: 'Muster' },
      origin: {
        source: 'Melderegister',
        adapter: 'register',
        version: '1.0.0',
        at: '2026-03-02T08:00:00.000Z',
        purpose: 'Test',
        legalBasis: 'Test',
      },
      differences: [],
    };
    expect(seen).toEqual([
      { data: { F1: 'x' }, registers: { person: { ...answer, source: 'Melderegister' } } },
      [{ step: 'person', title: 'Person', ...answer }],
    ]);
    expect((await way.view(id))!.state).toBe('delivered');
  });

  test('a difference between form and register is shown to the authority, and changes neither', async () => {
    const seen: Delivery[] = [];
    way = await openWay([
      takingDown(seen),
      registerOf(async () => ({ kind: 'found', source: 'Melderegister', attributes: { familienname: 'Muster-Neu' } })),
    ]);
    const data = { F1: 'x', F2: 'Muster' };
    const id = await way.accept([person, { name: 'deliver' }], data);
    await way.round();
    await way.round();
    expect(seen[0]!.lookups[0]!.differences).toEqual([
      { field: 'F2', label: 'F2', form: 'Muster', register: 'Muster-Neu' },
    ]);
    expect(seen[0]!.data).toEqual(data);
    expect(opened(way.db, (await readTask(way.db, { taskId: (await way.task(id))['task_id'] }))!).data).toEqual(data);
    const events = (await way.view(id))!.events;
    expect(events.find(({ type }) => type === 'lookup-differs')!.text).toBe(
      'Schritt „Person“: Das Register hat geantwortet; abweichende Angaben: 1.',
    );
    expect(JSON.stringify(events)).not.toContain('Muster');
    const { rows: tasks } = await way.db.query(`select task_id from task where kind = 'register'`);
    const explained = await explain(way.db, tasks[0]!['task_id'], way.numbers);
    expect(explained!.answer).toEqual({
      outcome: 'found',
      origin: expect.objectContaining({ source: 'Melderegister', purpose: 'Test' }),
      differences: 1,
    });
    expect(JSON.stringify(explained)).not.toContain('Muster');
  });

  test('an attachment carries what the form calls its field', async () => {
    const seen: Delivery[] = [];
    const fields = [{ min: 0, max: 9, element: { kind: 'field', id: 'F1', label: 'Nachweis' } }];
    way = await openWay([takingDown(seen)], {}, { model: { edges: fields } as unknown as Schema });
    const file = (name: string) => documentOf({ filename: name, mimetype: 'a/b', bytes: Buffer.from(name) });
    const files = [{ ...file('a.pdf'), field: 'F1' }, file('b.pdf')];
    await way.accept([{}], { F1: 'x' }, undefined, files);
    await way.round();
    expect(seen[0]!.attachments.map(({ label }) => label).sort()).toEqual(['Nachweis', undefined]);
  });

  test.each([
    ['notFound', 'Das Register hat geantwortet.', 'Das Register hat nichts gefunden.'],
    ['ambiguous', 'Das Register hat mehrere Treffer; davon ist nichts übernommen.', 'Das Register hat mehrere Treffer'],
  ] as const)(
    'that the register answers %s stands in event, message and the text to read',
    async (kind, told, read) => {
      const seen: Delivery[] = [];
      way = await openWay([takingDown(seen), registerOf(async () => ({ kind, source: 'Melderegister' }))]);
      const id = await way.accept([person, { name: 'deliver' }]);
      await way.round();
      await way.round();
      expect((await way.view(id))!.events.map(({ text }) => text).join('\n')).toContain(`Schritt „Person“: ${told}`);
      expect(seen[0]!.message).toMatchObject({ registers: { person: { outcome: kind } } });
      expect(JSON.stringify(seen[0]!.readable())).toContain(read);
    },
  );

  test('a register that demands more trust than there is by then is not asked', async () => {
    let asked = 0;
    const lookup = async () => {
      asked++;
      return { kind: 'notFound' as const, source: 'Melderegister' };
    };
    way = await openWay([adapterOf(), registerOf(lookup, { manifest: { trustLevel: 'substantiell' } })]);
    const planned: (TrustLevel | undefined)[] = [undefined, 'niedrig', 'substantiell', 'hoch'];
    for (const level of planned) {
      const id = await way.accept([person, { name: 'deliver' }], { F1: 'x' }, level);
      await way.round();
      await way.round();
      const { state, events } = (await way.view(id))!;
      expect(state).toBe('delivered');
      expect(events.some(({ type }) => type === 'task-skipped')).toBe(level === undefined || level === 'niedrig');
    }
    expect(asked).toBe(2);
    expect((await way.lane('register'))['failures']).toBe(0);
  });

  test('an optional register that is down does not stop the submission', async () => {
    way = await openWay([adapterOf(), registerOf(async () => ({ kind: 'later', reason: down }))]);
    const id = await way.accept([
      { name: 'person', kind: 'register', adapter: 'register', optional: true },
      { name: 'deliver' },
    ]);
    await way.round();
    await way.round();
    expect(await way.view(id)).toMatchObject({
      state: 'delivered',
      tasks: [{ outcome: 'skipped' }, { outcome: 'delivered' }],
    });
  });

  test('P1 a target that is down for 60 hours gets everything once it is back', async () => {
    let up = false;
    let effects = 0;
    const answer = () =>
      up
        ? { kind: 'delivered' as const, externalReference: String(++effects) }
        : { kind: 'later' as const, reason: down };
    way = await openWay([
      adapterOf({
        deliver: async () => answer(),
        check: async () => [{ step: 'connect', ok: up, message: up ? 'da' : 'weg' }],
      }),
    ]);
    const ids = await Promise.all(Array.from({ length: 10 }, () => way.accept()));
    await way.live(60, 600_000);
    expect(await way.lane()).toMatchObject({ state: 'closed', why: 'down' });
    expect(effects).toBe(0);
    up = true;
    await way.live(1);
    expect(effects).toBe(10);
    for (const id of ids) expect((await way.view(id))!.state).toBe('delivered');
    expect(await way.lane()).toMatchObject({ state: 'open', failures: 0 });
  });

  test('wrong credentials close the lane with the parameter named; changing it opens the lane at once', async () => {
    way = await openWay([
      adapterOf({
        deliver: async (_, __, parameters) =>
          parameters['token'] === 'right'
            ? { kind: 'delivered', externalReference: 'A' }
            : { kind: 'misconfigured', parameter: 'token', reason: { public: 'Zugang verweigert.' } },
        check: async () => [{ step: 'authenticate', ok: false, message: 'Zugang verweigert.', parameter: 'token' }],
      }),
    ]);
    await way.setParameter('target.token', 'wrong');
    const ids = await Promise.all([way.accept(), way.accept()]);
    await way.round();
    expect(await way.lane()).toMatchObject({ state: 'closed', why: 'misconfigured', parameter: 'target.token' });
    expect((await way.view(ids[0]!))!.events.at(-1)!.text).toBe(
      'Zustellung angehalten: Parameter „target.token“ für Stuttgart, Landeshauptstadt (081110000000): ' +
        'Zugang verweigert.',
    );
    expect(await way.round()).toBe(0);
    await way.sweep();
    expect((await way.lane())['state']).toBe('closed');
    await way.setParameter('target.token', 'right');
    await way.sweep();
    await way.round();
    for (const id of ids) expect((await way.view(id))!.state).toBe('delivered');
  });

  test('P2 an answer that got lost after sending is looked for, not sent again', async () => {
    let effects = 0;
    way = await openWay([
      adapterOf({
        async deliver(context) {
          await context.checkpoint('send', { body: 'x' });
          effects++;
          return { kind: 'unknown', reason: { public: 'Keine Antwort.' } };
        },
        find: async () => ({ externalReference: 'A' }),
      }),
    ]);
    const id = await way.accept();
    await way.round();
    expect(await way.task(id)).toMatchObject({ state: 'waiting', next: 'find', doubt_attempt: 1 });
    expect(await way.round()).toBe(0);
    way.advance(2_001);
    await way.round();
    expect(effects).toBe(1);
    expect(await way.view(id)).toMatchObject({ state: 'delivered' });
  });

  test('P2 what did not arrive is sent again with the same bytes', async () => {
    const sent: unknown[] = [];
    way = await openWay([
      adapterOf({
        async deliver(context) {
          sent.push(await context.checkpoint('send', { rendered: context.attempt }));
          return sent.length === 1
            ? { kind: 'unknown', reason: { public: 'Keine Antwort.' } }
            : { kind: 'delivered', externalReference: 'A' };
        },
        find: async () => 'absent',
      }),
    ]);
    const id = await way.accept();
    await way.round();
    way.advance(2_001);
    while (await way.round());
    expect(sent).toEqual([{ rendered: 1 }, { rendered: 1 }]);
    expect((await way.view(id))!.state).toBe('delivered');
  });

  test('P2 an adapter that cannot look leaves doubt to a person', async () => {
    way = await openWay([
      adapterOf({
        async deliver(context) {
          await context.checkpoint('send', {});
          throw new Error('connection lost');
        },
      }),
    ]);
    const id = await way.accept();
    await way.round();
    expect(await way.task(id)).toMatchObject({ state: 'dead', outcome: 'unknown' });
    expect(await way.view(id)).toMatchObject({ attention: true });
  });
});

describe('a register that answers later', () => {
  const asked: string[] = [];
  const steps = (optional = false) => [
    { name: 'person', kind: 'register' as const, adapter: 'register', optional },
    { name: 'deliver' },
  ];
  const soon = () => new Date(way.db.now().getTime() + 2_000);
  const pending = async () => ({ kind: 'pending' as const, externalReference: 'N1', askAgainAt: soon() });
  const found = { kind: 'found' as const, source: 'Nachweisdienst', attributes: { familienname: 'Muster' } };
  beforeEach(() => {
    asked.length = 0;
  });

  test('is asked once, then for its status, with its reference and the same question', async () => {
    way = await openWay([
      adapterOf(),
      registerOf(
        async (context, request) => {
          asked.push(`lookup ${context.idempotencyKey} ${JSON.stringify(request.subject)}`);
          return pending();
        },
        {
          status: async (context, reference, request) => {
            asked.push(`${reference} ${context.idempotencyKey} ${JSON.stringify(request.subject)}`);
            return asked.length < 3 ? pending() : found;
          },
        },
      ),
    ]);
    const id = await way.accept(steps());
    await way.live(0.1, 1_000);
    expect(await way.view(id)).toMatchObject({ state: 'delivered', tasks: [{ outcome: 'found' }, {}] });
    expect(asked).toHaveLength(3);
    expect(asked[1]).toBe(asked[0]!.replace('lookup', 'N1'));
    expect(asked[2]).toBe(asked[1]);
  });

  test('a hundred polls are one attempt in the explanation, and one event', async () => {
    way = await openWay([
      adapterOf(),
      registerOf(pending, {
        status: async () => (asked.push('poll') < 100 ? pending() : found),
      }),
    ]);
    const id = await way.accept(steps());
    const { taskId } = (await way.view(id))!.tasks[0]!;
    await way.live(100, 600_000);
    expect(asked).toHaveLength(100);
    const explained = (await explain(way.db, taskId, way.numbers))!;
    expect(explained.attempts).toMatchObject([
      { call: 'lookup', outcome: 'pending', polls: null },
      { call: 'status', outcome: 'found', polls: 100 },
    ]);
    const { events, tasks } = (await way.view(id))!;
    expect(events.map(({ type }) => type)).toEqual(['accepted', 'lookup-pending', 'lookup-done', 'delivered']);
    expect(tasks[0]).toMatchObject({ attempts: 1, outcome: 'found' });
  });

  test('does not stop a submission that can do without it', async () => {
    way = await openWay([adapterOf(), registerOf(pending, { status: pending })]);
    const id = await way.accept(steps(true));
    await way.live(71, 3_600_000);
    expect((await way.view(id))!.state).toBe('processing');
    await way.live(3, 3_600_000);
    expect(await way.view(id)).toMatchObject({
      state: 'delivered',
      tasks: [{ outcome: 'skipped' }, { outcome: 'delivered' }],
    });
  });

  test('is waited for where the submission cannot do without it', async () => {
    let ready = false;
    way = await openWay([adapterOf(), registerOf(pending, { status: async () => (ready ? found : pending()) })]);
    const id = await way.accept(steps());
    await way.live(200, 3_600_000);
    expect(await way.view(id)).toMatchObject({ state: 'processing', attention: false });
    ready = true;
    await way.live(2);
    expect((await way.view(id))!.state).toBe('delivered');
  });

  test('a worker that dies while polling is followed by one more poll, not by another question', async () => {
    way = await openWay([
      adapterOf(),
      registerOf(
        async () => {
          asked.push('lookup');
          return pending();
        },
        { status: async () => found },
      ),
    ]);
    const id = await way.accept(steps());
    await way.round();
    way.advance(2_000);
    const tickets = await take('register:081110000000', 4, 2_000);
    await claimTask(tickets[0]!.taskId, 1_000);
    way.advance(2_000);
    await way.sweep();
    expect(await way.task(id)).toMatchObject({ state: 'queued', next: 'status' });
    while (await way.round());
    expect(asked).toEqual(['lookup']);
    expect((await way.view(id))!.state).toBe('delivered');
  });

  test('is asked by the version that began, also after the municipality has moved on', async () => {
    const version = (major: number) =>
      registerOf(pending, {
        manifest: { version: `${major}.0.0` },
        status: async () => {
          asked.push(`version ${major}`);
          return found;
        },
      }) as RegisterAdapter;
    way = await openWay([adapterOf(), { ...version(2), earlier: [version(1)] }]);
    await way.setParameter('register.version', '1');
    const id = await way.accept(steps());
    await way.round();
    await way.setParameter('register.version', '2');
    way.advance(2_000);
    while (await way.round());
    expect(asked).toEqual(['version 1']);
    const next = await way.accept(steps());
    await way.round();
    way.advance(2_000);
    while (await way.round());
    expect(asked).toEqual(['version 1', 'version 2']);
    for (const one of [id, next]) expect((await way.view(one))!.state).toBe('delivered');
  });
});

test('an optional register whose lane is closed holds nobody up, and is asked again when it is back', async () => {
  let up = false;
  let calls = 0;
  way = await openWay([
    adapterOf(),
    {
      ...registerOf(async () => {
        calls++;
        return up ? { kind: 'found', source: 'Register', attributes: {} } : { kind: 'later', reason: down };
      }),
      check: async () => [{ step: 'connect', ok: up, message: 'weg' }],
    } as RegisterAdapter,
  ]);
  const accept = () =>
    way.accept([{ name: 'person', kind: 'register', adapter: 'register', optional: true }, { name: 'deliver' }]);
  for (let n = 0; n < 3; n++) {
    await accept();
    while (await way.round());
  }
  expect(await way.lane('register')).toMatchObject({ state: 'closed', why: 'down' });
  const held = await accept();
  while (await way.round());
  expect(calls).toBe(3);
  expect(await way.view(held)).toMatchObject({ state: 'delivered', tasks: [{ outcome: 'skipped' }, {}] });
  up = true;
  await way.live(1);
  const asked = await accept();
  while (await way.round());
  expect(await way.view(asked)).toMatchObject({ state: 'delivered', tasks: [{ outcome: 'found' }, {}] });
});

describe('replies that are fetched', () => {
  const told = { id: 'B1', status: 'bescheid' as const, at: '2026-03-02T09:00:00Z', documents: [] };
  const soon = () => new Date(way.db.now().getTime() + 2_000);
  const pending = async () => ({ kind: 'pending' as const, externalReference: 'N1', askAgainAt: soon() });

  test('are confirmed once they are kept, and told again where the confirmation failed', async () => {
    const confirmed: { replies: string[]; kept: number }[] = [];
    let polls = 0;
    way = await openWay([
      adapterOf({
        deliver: pending,
        status: async () =>
          ++polls < 3
            ? { ...(await pending()), replies: [told] }
            : { kind: 'delivered', externalReference: 'N1', replies: [told] },
        async confirm(_, replies) {
          confirmed.push({ replies, kept: (await way.view(id))!.replies.length });
          throw new Error('the box is away');
        },
      }),
    ]);
    const id = await way.accept();
    await way.live(0.5, 1_000);
    expect(confirmed).toEqual(Array(3).fill({ replies: ['B1'], kept: 1 }));
    expect(await way.view(id)).toMatchObject({ state: 'delivered', replies: [{ status: 'bescheid' }] });
  });

  test('may come with a rejection: both are kept', async () => {
    const returned = { ...told, id: 'R1', status: 'zurueckgewiesen' as const, text: 'X001' };
    const confirmed: string[][] = [];
    way = await openWay([
      adapterOf({
        deliver: pending,
        status: async () => ({ kind: 'rejected', reasons: [{ public: 'X001' }], replies: [returned] }),
        confirm: async (_, replies) => void confirmed.push(replies),
      }),
    ]);
    const id = await way.accept();
    await way.live(0.1, 1_000);
    expect(await way.view(id)).toMatchObject({ state: 'rejected', replies: [{ status: 'zurueckgewiesen' }] });
    expect(confirmed).toEqual([['R1']]);
  });
});

test('P5 what people should know of a delivery stands with its attempt', async () => {
  const note = { public: 'Nicht gegen das Schema geprüft.' };
  way = await openWay([adapterOf({ deliver: async () => ({ kind: 'delivered', externalReference: 'N1', note }) })]);
  const id = await way.accept();
  await way.round();
  const { rows } = await way.db.query('select outcome, reason from attempt where task_id = $1', [
    (await way.task(id))['task_id'],
  ]);
  expect(rows).toEqual([{ outcome: 'delivered', reason: note.public }]);
});

test('an attachment can be read piece by piece, and is the same', async () => {
  way = await openWay([adapterOf()]);
  const bytes = Buffer.alloc(700_001, 'abc');
  const id = await way.accept([{}], { F1: 'x' }, undefined, [
    documentOf({ filename: 'plan.pdf', mimetype: 'application/pdf', bytes }),
  ]);
  const [[stored] = []] = await readFiles(way.db, [id]);
  const pieces: Uint8Array[] = [];
  for await (const piece of attachmentChunks(way.db, { submissionId: id, ...stored! })) pieces.push(piece);
  expect(pieces.length).toBe(3);
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
});

describe('a lease that ended without a record', () => {
  async function abandoned(sent: boolean, adapter = adapterOf({ find: async () => 'absent' })) {
    way = await openWay([adapter]);
    const id = await way.accept();
    const [ticket] = await take('target:081110000000', 4, 1000);
    const [task] = await claimTask(ticket!.taskId, 6000);
    if (sent)
      await checkpointGroup(way.worker, [
        { ...task!, step: 'send', sealed: randomBytes(40), adapterVersion: '1.0.0', parameters: [] },
      ]);
    way.advance(6_001);
    return { id, task: task! };
  }

  test('P1 nothing was sent: the task is due again', async () => {
    const { id } = await abandoned(false);
    await way.sweep();
    await way.round();
    expect((await way.view(id))!.state).toBe('delivered');
  });

  test('P2 something may have been sent: look first', async () => {
    const { id } = await abandoned(true);
    await way.sweep();
    expect(await way.task(id)).toMatchObject({ state: 'waiting', next: 'find', doubt_attempt: 1 });
  });

  test('P2 the old attempt can write nothing any more', async () => {
    const { id, task } = await abandoned(false);
    await way.sweep();
    await way.round();
    const late = await checkpointGroup(way.worker, [
      { ...task, step: 'send', sealed: randomBytes(40), adapterVersion: '1', parameters: [] },
    ]);
    expect(late).toEqual([undefined]);
    const written = await recordAttempts(way.db, {
      records: [
        {
          taskId: task.taskId,
          attempt: 1,
          state: 'dead',
          next: 'deliver',
          dueAt: way.db.now(),
          retries: 0,
          outcome: 'rejected',
          adapterVersion: '1',
          parameters: [],
          event: 'dead',
          eventData: {},
        },
      ],
      now: way.db.now(),
      lost: false,
    });
    expect(written).toHaveLength(0);
    expect((await way.view(id))!.state).toBe('delivered');
  });

  test('five claims without a record are poison', async () => {
    const { id } = await abandoned(false);
    await way.db.query('update task set unrecorded = 5');
    await way.sweep();
    expect(await way.task(id)).toMatchObject({ state: 'dead', outcome: 'poison' });
  });
});

describe('a lane', () => {
  test('has only a few tasks in flight, the backlog waits', async () => {
    way = await openWay([adapterOf()], { LANE_SLOTS: '3' });
    await Promise.all(Array.from({ length: 10 }, () => way.accept()));
    const takeThree = () => take('target:081110000000', 3, 15_000);
    expect(await takeThree()).toHaveLength(3);
    expect(await takeThree()).toHaveLength(0);
    way.advance(15_001);
    expect(await takeThree()).toHaveLength(0);
    const now = way.db.now();
    expect(await overdueTickets(way.db, { now })).toEqual([{ adapter: 'target', sent: 3 }]);
    const again = { adapter: 'target', most: 2, now, resendAt: new Date(now.getTime() + 15_000) };
    expect(await takeOverdue(way.db, again)).toHaveLength(2); // the tickets were lost: nobody claimed
    expect(await takeOverdue(way.db, again)).toHaveLength(1);
  });

  test('a hang costs its deadline, then the answer is unknown or later, never silence', async () => {
    way = await openWay([adapterOf({ manifest: { deadline: 100 }, deliver: () => new Promise(() => {}) })]);
    const id = await way.accept();
    await way.round();
    expect(await way.task(id)).toMatchObject({ state: 'waiting', outcome: 'later' });
  });
});
