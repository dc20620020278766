import { expect } from '@jest/globals';
import type { Answer } from '#adapter-host/answer.js';
import type { Trouble } from '#adapters/kit/target.js';
import { saidTo } from './delivery.js';
import { type Check, inOwnWords, isRegister, knows, type Probed, Stage, speaksHttp, wordings } from './subject.js';
import { impatience, soon, type Trial, together } from './trial.js';

const delivers = (subject: Probed) => !isRegister(subject);
const finds = ({ adapter }: Probed) => adapter.manifest.capabilities.find;
const idempotent = ({ adapter }: Probed) => adapter.manifest.capabilities.idempotentTarget;
/** A target that speaks for itself may also ask for another time, if it then knows the key. */
const unsure = expect.stringMatching(/^(unknown|later)$/);
const ended = { deadline: () => soon(impatience) };

/** In what an attempt without an answer must end: in doubt if anything may have left. */
export const doubtOf = (subject: Probed, trial: Trial) =>
  isRegister(subject) || trial.checkpoints.size === 0 ? 'later' : 'unknown';

/** P2: one effect, wherever an attempt dies and however often it is repeated. */
export const doubtChecks: Check<Probed>[] = [
  {
    name: 'P2 does its work, with one effect',
    async run(subject) {
      await using stage = await Stage.open(subject);
      const trial = stage.trial();
      expect(await trial.work()).toMatchObject({ kind: isRegister(subject) ? 'found' : 'delivered' });
      if (delivers(subject)) expect(stage.target.effects).toEqual([trial.key]);
    },
  },
  {
    name: 'P2 has one effect when the same key comes twice, in a row and at once',
    when: (subject) => delivers(subject) && idempotent(subject),
    async run(subject) {
      await using stage = await Stage.open(subject);
      const trial = stage.trial();
      await trial.work();
      await trial.work();
      await Promise.all([trial.work(), trial.work(), trial.work()]);
      expect(stage.target.effects).toEqual([trial.key]);
    },
  },
  {
    name: 'P2 has one effect when it is killed after any call, and resumed',
    async run(subject) {
      const calls = await callsOf(subject);
      expect(calls).toBeGreaterThan(0);
      for (let last = 1; last <= calls; last++) {
        await using stage = await Stage.open(subject);
        const { target } = stage;
        const trial = stage.trial();
        const dead = new AbortController();
        target.onCall = (n) => n >= last && dead.abort();
        await trial.work({ signal: dead.signal });
        target.onCall = undefined;
        if (delivers(subject) && target.effects.length > 0) expect(trial.checkpoints.size).toBeGreaterThan(0);
        const answer = await trial.resume();
        if (isRegister(subject)) expect(answer.kind).toBe('found');
        else if (finds(subject) || idempotent(subject)) expect(answer.kind).toBe('delivered');
        if (delivers(subject)) expect(target.effects.filter((key) => key !== trial.key)).toEqual([]);
        if (delivers(subject))
          expect(target.effects).toHaveLength(answer.kind === 'delivered' ? 1 : target.effects.length && 1);
      }
    },
  },
  {
    name: 'P2 keeps what it is about to send before it sends, and resumes with the same bytes',
    when: delivers,
    async run(subject) {
      await using stage = await Stage.open(subject);
      const trial = stage.trial();
      expect(['later', 'unknown']).toContain((await untilKept(trial)).kind);
      expect([stage.target.writes, stage.target.effects]).toEqual([[], []]);
      expect(trial.checkpoints.size).toBeGreaterThan(0);
      if (trial.question.call !== 'deliver') return;
      const { delivery } = trial.question;
      const other = { familienname: 'something else' };
      const changed = { ...delivery, message: other, data: other, title: 'something else', readable: () => [] };
      expect(await trial.work({}, { call: 'deliver', delivery: changed })).toMatchObject({ kind: 'delivered' });
      expect(stage.target.effects).toEqual([trial.key]);
      expect(await saidTo(subject.fixture, stage)).not.toContain('something else');
    },
  },
  {
    name: 'P2 is in doubt when the connection drops or nobody answers after sending',
    when: delivers,
    async run(subject) {
      const kinds = (['down', 'hang'] as const).filter((one) => knows(subject, one));
      await together(kinds, async (kind) => {
        await using stage = await Stage.open(subject, { kind });
        const trial = stage.trial();
        const answer = await trial.attempt({ deadline: ended.deadline() });
        expect(answer).toMatchObject({ kind: doubtOf(subject, trial) });
        if (stage.target.writes.length > 0) expect(answer.kind).toBe('unknown');
      });
    },
  },
  {
    name: 'P2 is in doubt when the target commits and never answers; what arrived is found, and sent no second time',
    when: (subject) => delivers(subject) && knows(subject, 'commit-then-hang'),
    async run(subject) {
      await using stage = await Stage.open(subject, { kind: 'commit-then-hang' });
      const trial = stage.trial();
      const dead = new AbortController();
      stage.target.onCall = () => stage.target.effects.length > 0 && dead.abort();
      expect(await trial.attempt({ signal: dead.signal })).toMatchObject({ kind: 'unknown' });
      expect(stage.target.effects).toEqual([trial.key]);
      const { length } = stage.target.writes;
      stage.target.trouble({ kind: 'none' });
      if (!finds(subject)) return;
      expect(await trial.polled(await trial.find())).toMatchObject({
        kind: 'delivered',
        externalReference: expect.stringMatching(/./),
      });
      expect(stage.target.effects).toEqual([trial.key]);
      expect(stage.target.writes).toHaveLength(length);
    },
  },
  {
    name: 'P2 is in doubt when the target commits and then says that it failed; nothing is sent a second time',
    when: (subject) => delivers(subject) && knows(subject, 'commit-then-fail'),
    async run(subject) {
      const { refusesWith = {} } = subject.adapter.manifest;
      const statuses = speaksHttp(subject) ? [502, 504, 500, 520].filter((status) => !refusesWith[status]) : [];
      const troubles = statuses.map((status): Trouble => ({ kind: 'commit-then-fail', status }));
      const own = speaksHttp(subject) ? inOwnWords(subject, 'commit-then-fail') : wordings(subject, 'commit-then-fail');
      for (const trouble of [...troubles, ...own]) {
        await using stage = await Stage.open(subject, trouble);
        const trial = stage.trial();
        const answer = await trial.attempt();
        expect([trouble, answer.kind]).toEqual([trouble, own.includes(trouble) ? unsure : 'unknown']);
        expect(stage.target.effects).toEqual([trial.key]);
        stage.target.trouble({ kind: 'none' });
        if (answer.kind === 'unknown' && !finds(subject)) continue;
        expect(await (answer.kind === 'unknown' ? trial.resume() : trial.work())).toMatchObject({ kind: 'delivered' });
        expect(stage.target.effects).toEqual([trial.key]);
      }
    },
  },
  {
    name: 'P2 knows for certain what never arrived',
    when: finds,
    async run(subject) {
      await using stage = await Stage.open(subject, { kind: knows(subject, 'hang') ? 'hang' : 'none' });
      const trial = stage.trial();
      if (knows(subject, 'hang')) await trial.attempt({ deadline: ended.deadline() });
      stage.target.trouble({ kind: 'none' });
      expect(await trial.find()).toEqual({ kind: 'absent' });
      expect(await trial.work()).toMatchObject({ kind: 'delivered' });
      expect(stage.target.effects).toEqual([trial.key]);
    },
  },
  {
    name: 'P2 does not take a disturbed target for an empty one',
    when: finds,
    async run(subject) {
      const troubles: Trouble[] = [
        ...(['down', 'garbage', 'huge', 'bomb', 'hang'] as const)
          .filter((kind) => knows(subject, kind))
          .map((kind) => ({ kind })),
        ...(['busy', 'unauthorized', 'forbidden'] as const).flatMap((kind) => wordings(subject, kind)),
        ...inOwnWords(subject, 'refuse'),
      ];
      await together(troubles, async (trouble) => {
        await using stage = await Stage.open(subject);
        const trial = stage.trial();
        await untilKept(trial);
        stage.target.trouble(trouble);
        const answer = await trial.find({ deadline: soon(trouble.kind === 'hang' ? impatience : 5_000) });
        expect([trouble.kind, answer.kind]).toEqual([trouble.kind, expect.stringMatching(/^(later|misconfigured)$/)]);
        expect(stage.target.writes).toEqual([]);
      });
    },
  },
  {
    name: 'P2 understands in the target’s own words that nothing arrived',
    when: (subject) => finds(subject) && inOwnWords(subject, 'absent').length > 0,
    async run(subject) {
      await using stage = await Stage.open(subject);
      const trial = stage.trial();
      await untilKept(trial);
      for (const trouble of inOwnWords(subject, 'absent')) stage.target.trouble(trouble);
      expect(await trial.find()).toEqual({ kind: 'absent' });
    },
  },
];

/** Makes an attempt that has kept what it is about to send, and has not sent it. */
async function untilKept(trial: Trial): Promise<Answer> {
  const dead = new AbortController();
  return trial.attempt({
    signal: dead.signal,
    checkpoint: (step, data) => {
      trial.checkpoints.set(step, structuredClone(data));
      dead.abort();
      return new Promise(() => {});
    },
  });
}

/** How many calls of the target the adapter's work takes when nothing is wrong. */
export async function callsOf(subject: Probed): Promise<number> {
  await using stage = await Stage.open(subject);
  await stage.trial().work();
  return stage.target.calls;
}
