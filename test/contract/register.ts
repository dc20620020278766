import { expect } from '@jest/globals';
import type { Json } from '#submission/vocabulary.js';
import { characters, request } from './samples.js';
import { type Check, isRegister, type Probed, Stage } from './subject.js';
import { askable, type Trial } from './trial.js';

const attributesOf = ({ adapter }: Probed) => askable(adapter.manifest.attributes ?? {});
/** The paths of everything in a value that people see under a title of its own. */
const partsIn = (value: Json | undefined, path: string): string[] => {
  if (Array.isArray(value)) return value.flatMap((item) => partsIn(item, path));
  if (value === null || typeof value !== 'object') return [path];
  return Object.entries(value).flatMap(([name, item]) => partsIn(item, `${path}.${name}`));
};
const asked = (trial: Trial, attributes: string[]) => {
  if (trial.question.call !== 'lookup') throw new Error('not a register');
  return { call: 'lookup' as const, request: { ...trial.question.request, attributes } };
};

/** What the register answers when all is well. */
async function answerOf(subject: Probed) {
  await using stage = await Stage.open(subject);
  return await stage.trial().work();
}

/** What is demanded of registers only. */
export const registerChecks: Check<Probed>[] = [
  {
    name: 'can be asked for every attribute that it declares',
    when: isRegister,
    async run(subject) {
      const answer = await answerOf(subject);
      if (answer.kind !== 'found') throw new Error(`it ended as ${answer.kind}`);
      expect(answer.source).not.toBe('');
      expect(Object.keys(answer.attributes).sort()).toEqual(attributesOf(subject).sort());
    },
  },
  {
    name: 'has a title for every part of what it answers',
    when: isRegister,
    async run(subject) {
      const answer = await answerOf(subject);
      const parts = answer.kind === 'found' ? Object.entries(answer.attributes) : [];
      expect(Object.keys(subject.adapter.manifest.attributes ?? {})).toEqual(
        expect.arrayContaining(parts.flatMap(([name, value]) => partsIn(value, name))),
      );
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
      expect(['found', 'notFound', 'ambiguous', 'rejected']).toContain(answer.kind);
    },
  },
];
