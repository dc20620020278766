import { expect } from '@jest/globals';
import { characters, request } from './samples.js';
import { type Check, isRegister, type Probed, Stage } from './subject.js';
import type { Trial } from './trial.js';

const attributesOf = ({ adapter }: Probed) => Object.keys(adapter.manifest.attributes ?? {});
const asked = (trial: Trial, attributes: string[]) => {
  if (trial.question.call !== 'lookup') throw new Error('not a register');
  return { call: 'lookup' as const, request: { ...trial.question.request, attributes } };
};

/** What is demanded of registers only. */
export const registerChecks: Check<Probed>[] = [
  {
    name: 'can be asked for every attribute that it declares',
    when: isRegister,
    async run(subject) {
      await using stage = await Stage.open(subject);
      const trial = stage.trial();
      const answer = await trial.work();
      if (answer.kind !== 'found') throw new Error(`it ended as ${answer.kind}`);
      expect(answer.source).not.toBe('');
      expect(Object.keys(answer.attributes).sort()).toEqual(attributesOf(subject).sort());
    },
  },
  {
    name: 'P3 passes on only what was asked for',
    when: isRegister,
    async run(subject) {
      const [only] = attributesOf(subject) as [string];
      await using stage = await Stage.open(subject);
      const trial = stage.trial();
      trial.question = asked(trial, [only]);
      const answer = await trial.work();
      expect(answer.kind === 'found' && Object.keys(answer.attributes)).toEqual([only]);
    },
  },
  {
    name: 'takes every character in what it is asked about',
    when: isRegister,
    async run(subject) {
      await using stage = await Stage.open(subject);
      const trial = stage.trial();
      const known = subject.fixture.subject ?? request().subject;
      const odd = Object.fromEntries(
        Object.entries(known as object).map(([name, value]) => [
          name,
          typeof value === 'string' ? characters.join(' ') : value,
        ]),
      );
      const { request: usual } = asked(trial, attributesOf(subject));
      const answer = await trial.work({}, { call: 'lookup', request: { ...usual, subject: odd } });
      expect(['found', 'notFound', 'rejected']).toContain(answer.kind);
    },
  },
];
