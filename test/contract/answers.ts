import { expect } from '@jest/globals';
import type { Trouble } from '#adapters/kit/target.js';
import { callsOf, doubtOf } from './doubt.js';
import { type Check, isRegister, knows, type Probed, Stage, speaksHttp, wordings } from './subject.js';
import { impatience, soon, together } from './trial.js';

/** What a target answers, and the outcomes in which that must end. */
export const answerChecks: Check<Probed>[] = [
  ...(
    [
      ['busy', 'later'],
      ['refuse', 'rejected'],
      ['unauthorized', 'misconfigured'],
      ['forbidden', 'misconfigured'],
    ] as const
  ).map(
    ([trouble, kind]): Check<Probed> => ({
      name: `takes „${trouble}“ as ${kind}`,
      when: (subject) => wordings(subject, trouble).length > 0,
      async run(subject) {
        for (const wording of wordings(subject, trouble)) {
          const answer = await answerTo(subject, wording);
          expect(answer).toMatchObject({ kind });
          if (trouble === 'unauthorized')
            expect(answer).toMatchObject({ parameter: subject.fixture.wrongCredentials.blames });
        }
      },
    }),
  ),
  ...(
    [
      ['later', [429, 503]],
      ['rejected', [400, 422]],
      ['misconfigured', [401, 403, 404]],
    ] as const
  ).map(
    ([kind, statuses]): Check<Probed> => ({
      name: `takes HTTP ${statuses.join(', ')} as ${kind}`,
      when: speaksHttp,
      async run(subject) {
        for (const status of statuses) {
          const answer = await answerTo(subject, { kind: 'status', status });
          expect([status, answer]).toMatchObject([status, { kind }]);
          if (status === 401 || status === 403)
            expect(answer).toMatchObject({ parameter: subject.fixture.wrongCredentials.blames });
        }
      },
    }),
  ),
  {
    name: 'takes HTTP 500, 502, 504 for doubt where it may have delivered, and as later where it has only asked',
    when: speaksHttp,
    async run(subject) {
      const { refusesWith = {} } = subject.adapter.manifest;
      for (const status of [500, 502, 504]) {
        await using stage = await Stage.open(subject, { kind: 'status', status });
        const answer = await stage.trial().attempt();
        const mayHave = !isRegister(subject) && stage.target.writes.length > 0 && !refusesWith[status];
        expect([status, answer]).toMatchObject([status, { kind: mayHave ? 'unknown' : 'later' }]);
      }
    },
  },
  {
    name: 'asks once, and leaves it to the core to try again',
    async run(subject) {
      const down: Trouble[] = knows(subject, 'down') ? [{ kind: 'down' }] : [];
      for (const trouble of [...wordings(subject, 'busy'), ...down]) {
        await using stage = await Stage.open(subject, trouble);
        await stage.trial().attempt();
        const asked = stage.target.requests.map(({ method, path }) => `${method} ${path}`);
        expect([trouble.kind, asked]).toEqual([trouble.kind, [...new Set(asked)]]);
        expect(stage.target.calls).toBeLessThanOrEqual(await callsOf(subject));
      }
    },
  },
  {
    name: 'keeps Retry-After between a second and an hour',
    when: speaksHttp,
    async run(subject) {
      const now = new Date();
      const pause = async (value: string) => {
        const answer = await answerTo(subject, { kind: 'status', status: 503, headers: { 'retry-after': value } }, now);
        return answer.kind === 'later' && answer.notBefore ? answer.notBefore.getTime() - now.getTime() : undefined;
      };
      expect(await pause('0')).toBe(1_000);
      expect(await pause('60')).toBe(60_000);
      expect(await pause('86400')).toBe(3_600_000);
      expect(await pause(new Date(now.getTime() + 120_000).toUTCString())).toBeGreaterThan(100_000);
      expect(await pause('bald')).toBeUndefined();
    },
  },
  {
    name: 'waits for another time when nobody listens, without doubt',
    async run(subject) {
      await using stage = await Stage.open(subject);
      expect(await stage.trial(stage.nobody()).attempt()).toMatchObject({ kind: 'later' });
    },
  },
  {
    name: 'P6 survives a huge answer, nonsense and an entity bomb',
    async run(subject) {
      for (const kind of (['huge', 'garbage', 'bomb'] as const).filter((one) => knows(subject, one))) {
        await using stage = await Stage.open(subject, { kind });
        const trial = stage.trial();
        const begun = performance.now();
        const answer = await trial.attempt();
        expect(performance.now() - begun).toBeLessThan(5_000);
        expect([kind, answer]).toMatchObject([kind, { kind: doubtOf(subject, trial) }]);
      }
    },
  },
  {
    name: 'ends every call at the deadline when the target hangs, and leaves nothing running',
    when: (subject) => knows(subject, 'hang'),
    async run(subject) {
      const { find, status } = subject.adapter.manifest.capabilities;
      const calls = (['attempt', 'find', 'status'] as const).filter((name) => ({ attempt: true, find, status })[name]);
      await together(calls, async (name) => {
        await using stage = await Stage.open(subject, { kind: 'hang' });
        const trial = stage.trial();
        const deadline = soon(impatience);
        const begun = performance.now();
        const answer = await (name === 'status' ? trial.status('ref-1', { deadline }) : trial[name]({ deadline }));
        expect(performance.now() - begun).toBeLessThan(3_000);
        expect([name, answer]).toMatchObject([name, { kind: name === 'attempt' ? doubtOf(subject, trial) : 'later' }]);
        expect([name, await trial.idle()]).toEqual([name, true]);
      });
    },
  },
  {
    name: 'sends nothing after the deadline, and nothing when the worker stops',
    async run(subject) {
      await using stage = await Stage.open(subject);
      expect(await stage.trial().attempt({ deadline: soon(-1) })).toMatchObject({ kind: 'later' });
      expect(await stage.trial().attempt({ signal: AbortSignal.abort() })).toMatchObject({ kind: 'later' });
      expect([stage.target.calls, stage.target.writes]).toEqual([0, []]);
    },
  },
  {
    name: 'says how a delivery stands',
    when: (subject) => !isRegister(subject) && subject.adapter.manifest.capabilities.status,
    async run(subject) {
      await using stage = await Stage.open(subject);
      const trial = stage.trial();
      const first = await trial.work();
      if (first.kind !== 'delivered') throw new Error(`it ended as ${first.kind}`);
      expect(await trial.status(first.externalReference)).toMatchObject({
        kind: expect.stringMatching(/^(delivered|pending)$/),
      });
      stage.target.trouble({ kind: 'down' });
      expect(await trial.status(first.externalReference)).toMatchObject({ kind: 'later' });
      expect(stage.target.effects).toEqual([trial.key]);
    },
  },
];

async function answerTo(subject: Probed, trouble: Trouble, now?: Date) {
  await using stage = await Stage.open(subject, trouble);
  return await stage.trial().attempt(now ? { now: () => now } : {});
}
