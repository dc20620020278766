import { setTimeout as pass } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { pipeline } from '#pipeline/pipeline.js';
import { readCondition } from '#store/condition.js';
import { openDatabase } from '#store/database.js';
import type { Ticket } from '#submission/vocabulary.js';
import { openCrew } from '../kit/crew.js';
import { eventually } from '../kit/processes.js';
import { adapterOf, openWay } from '../kit/way.js';

let way: Awaited<ReturnType<typeof openWay>>;
let crew: Awaited<ReturnType<typeof openCrew>>;
const crews: (typeof crew)[] = [];

async function startCrew(options: Parameters<typeof openCrew>[1] = {}) {
  crew = await openCrew(way, options);
  crews.push(crew);
}

afterEach(async () => {
  await Promise.all(crews.splice(0).map((one) => one.close()));
  await way.close();
});

/** A target that notes how many calls it had at once. */
function countingTarget() {
  let running = 0;
  const target = { most: 0, calls: 0 };
  const adapter = adapterOf({
    async deliver() {
      target.most = Math.max(target.most, ++running);
      await pass(3);
      running--;
      return { kind: 'delivered', externalReference: String(++target.calls) };
    },
  });
  return { target, adapter };
}

const unfinished = async () => {
  const { rows } = await way.db.query(`select count(*) as count from task where state <> 'done'`);
  return rows[0]!['count'] as number;
};

describe('the queue of an adapter that no worker has', () => {
  test('never holds more than twice the tickets that are out; whoever comes back begins with tasks', async () => {
    const { target, adapter } = countingTarget();
    way = await openWay([adapter], { LANE_SLOTS: '20', TICKET_RESEND_AFTER: '500' });
    await Promise.all(Array.from({ length: 20 }, () => way.accept()));
    await startCrew({ relays: 3 });
    await eventually('every ticket is sent', async () => (await crew.ready()) === 20);
    for (let n = 0; n < 5; n++) {
      way.advance(501);
      const looks = crew.looks();
      await eventually('every relay looked', () => crew.looks() >= looks + 6);
      expect(await crew.ready()).toBeLessThanOrEqual(40);
    }
    await crew.startWorkers(1);
    await eventually('all is delivered', async () => (await unfinished()) === 0, 5);
    expect(target.calls).toBe(20);
    expect(crew.failures).toEqual([]);
  }, 30_000);

  test('is emptied where the last version left it full; its tasks get new tickets', async () => {
    const { target, adapter } = countingTarget();
    way = await openWay([adapter], { TICKET_RESEND_AFTER: '500' });
    await way.accept();
    await startCrew({ relays: 2, stale: 500 });
    await eventually('the tickets of tasks that are done lie before', async () => (await crew.ready()) > 500);
    way.advance(501);
    await eventually('only one ticket is left', async () => (await crew.ready()) === 1);
    await crew.startWorkers(1);
    await eventually('it is delivered', () => target.calls === 1, 2);
    expect(crew.failures).toEqual([]);
  }, 30_000);

  test('gets those again that were lost', async () => {
    const { target, adapter } = countingTarget();
    way = await openWay([adapter], { TICKET_RESEND_AFTER: '500' });
    await Promise.all([way.accept(), way.accept()]);
    await startCrew();
    await eventually('both tickets are sent', async () => (await crew.ready()) === 2);
    await crew.loseTickets();
    way.advance(501);
    await crew.startWorkers(1);
    await eventually('both are delivered', () => target.calls === 2, 5);
  }, 30_000);
});

describe('a lane', () => {
  test('with one slot has one call at a time, whoever relays and works', async () => {
    const { target, adapter } = countingTarget();
    way = await openWay([adapter]);
    await way.setParameter('target.slots', 1);
    await Promise.all(Array.from({ length: 16 }, () => way.accept()));
    await startCrew({ relays: 4 });
    await crew.startWorkers(3);
    await eventually('all is delivered', async () => (await unfinished()) === 0, 30, 20);
    expect(target).toEqual({ most: 1, calls: 16 });
    expect(crew.failures).toEqual([]);
  }, 40_000);

  test('has no more calls in any minute than its region says, whoever works, and hardly fewer', async () => {
    const at: number[] = [];
    const adapter = adapterOf({
      async deliver() {
        at.push(way.db.now().getTime());
        return { kind: 'delivered', externalReference: String(at.length) };
      },
    });
    way = await openWay([adapter]);
    await way.setParameter('target.callsPerMinute', 20);
    await Promise.all(Array.from({ length: 50 }, () => way.accept()));
    const other = await openDatabase(way.url, { max: 4, keys: way.db.keys! });
    const workers = [way.handle, pipeline({ ...way.worker, name: 'other', db: { ...other, now: way.db.now } })];
    const { rows } = await way.db.query('select * from task');
    const tickets = rows.map(({ task_id: taskId, submission_id: submissionId, adapter, leistung, ars }) => {
      return { taskId, submissionId, adapter, leistung, ars } as Ticket;
    });
    for (let second = 0; second < 170 && at.length < 50; second++) {
      const some = tickets.slice(at.length, at.length + 6); // more than a relay would send
      await Promise.all(some.flatMap((ticket) => workers.map((handle) => handle(ticket))));
      const { rows: done } = await way.db.query(`select task_id from task where state = 'done'`);
      const isDone = ({ taskId }: Ticket) => Number(done.some((row) => row['task_id'] === taskId));
      tickets.sort((a, b) => isDone(b) - isDone(a));
      way.advance(1_000);
    }
    await other.close();
    const perMinute = at.map((from) => at.filter((moment) => moment >= from && moment < from + 60_000).length);
    expect(at).toHaveLength(50);
    expect(Math.max(...perMinute)).toBeLessThanOrEqual(20);
    expect(Math.max(...perMinute)).toBeGreaterThanOrEqual(19);
  });

  test('gets no ticket before its next call may be, and as many as before without a rate', async () => {
    way = await openWay([adapterOf()]);
    await way.setParameter('target.callsPerMinute', 2);
    await Promise.all(Array.from({ length: 9 }, () => way.accept()));
    await way.round();
    expect(await unfinished()).toBe(8);
    expect(await way.round()).toBe(0);
    way.advance(29_000);
    expect(await way.round()).toBe(0);
    way.advance(2_000);
    await way.setParameter('target.callsPerMinute', null);
    await way.round();
    expect(await unfinished()).toBe(7);
    way.advance(31_000);
    await way.round();
    await way.round();
    expect(await unfinished()).toBe(0);
  });
});

/** The first municipalities of an imagined land. */
const towns = (count: number) => Array.from({ length: count }, (_, n) => `08111000${1000 + n}`);
const accept = (town: string) => way.accept([{}], { F1: 'x' }, undefined, [], town);
const lanes = async () => (await way.db.query('select * from lane order by lane')).rows;

describe('a host', () => {
  test('of several lanes has only so many calls at once', async () => {
    const { target, adapter } = countingTarget();
    way = await openWay([adapter], { HOST_SLOTS: '2' });
    await way.setParameter('target.baseUrl', 'https://rechenzentrum.example');
    await Promise.all(towns(8).flatMap((town) => [accept(town), accept(town)]));
    await startCrew({ relays: 2 });
    await crew.startWorkers(1);
    await eventually('all is delivered', async () => (await unfinished()) === 0, 30, 20);
    expect(target.calls).toBe(16);
    expect(target.most).toBeLessThanOrEqual(4); // two groups of claims may count at the same moment
    expect(await lanes()).toEqual(towns(8).map(() => expect.objectContaining({ host: 'rechenzentrum.example' })));
  }, 40_000);

  test('that leaves three lanes without an answer is one cause: one probe opens what it closed', async () => {
    let [answers, checks] = [false, 0];
    const silent = 'http://127.0.0.1:1/'; // nobody listens
    const adapter = adapterOf({
      async check({ http }) {
        checks++;
        if (!answers) await http(silent);
        return [{ step: 'connect', ok: false, message: 'Zugang abgelehnt' }];
      },
      async deliver({ http }) {
        if (!answers) await http(silent);
        return { kind: 'delivered', externalReference: 'A' };
      },
    });
    way = await openWay([adapter], { LANE_PROBE_PAUSES: '60' });
    const all = towns(6);
    const [mover, idle] = [all[4]!, all[5]!];
    await way.setParameter('target.baseUrl', silent);
    await way.setParameter('target.baseUrl', 'https://anderswo.example', idle);
    for (const town of all.slice(0, 2)) {
      await accept(town);
      await way.round();
    }
    expect((await lanes()).map(({ state }) => state)).toEqual(['open', 'open']);
    await Promise.all(all.slice(2).map(accept));
    await way.round();
    expect((await lanes()).map(({ why }) => why)).toEqual([...all.slice(0, 5).map(() => 'host'), null]);
    way.advance(10_000);
    const { hosts } = await readCondition(way.db, 64);
    expect(hosts).toEqual([{ host: '127.0.0.1:1', calls: 0, closedLanes: 5, seconds: 10 }]);
    await way.setParameter('target.baseUrl', 'https://anderswo.example', mover);
    await way.sweep();
    expect((await lanes()).map(({ state }) => state)).toEqual([...all.slice(0, 4).map(() => 'closed'), 'open', 'open']);
    answers = true;
    checks = 0;
    way.advance(61_000);
    await way.sweep();
    expect(checks).toBe(1);
    expect((await lanes()).map(({ state }) => state)).toEqual(all.map(() => 'open'));
    const { rows } = await way.db.query('select unanswered, probe_at from host where unanswered <> $1', [[]]);
    expect(rows).toEqual([]);
    await way.round();
    expect(await unfinished()).toBe(0);
  });
});
