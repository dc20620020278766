import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { z } from 'zod';
import { faultsOf } from '#adapter-host/bind.js';
import type { Question } from '#adapter-host/call.js';
import type { Json } from '#submission/vocabulary.js';
import { type Check, type Probed, Stage, type Subject } from './subject.js';
import { soon, type Trial } from './trial.js';

/** `released.json`: the parameters of the last release, with values that a release has taken; they only ever grow. */
interface Released {
  required: string[];
  properties: Record<string, { samples: Json[] }>;
}

export const releaseChecks: Check[] = [
  {
    name: 'takes every setting that a release took',
    async run({ adapter, folder }) {
      const released = JSON.parse(readFileSync(join(folder, 'released.json'), 'utf8')) as Released;
      const { shape } = adapter.manifest.parameters;
      const current = z.toJSONSchema(adapter.manifest.parameters, { io: 'input' });
      expect(Object.keys(shape)).toEqual(expect.arrayContaining(Object.keys(released.properties)));
      expect(released.required).toEqual(expect.arrayContaining(current.required ?? []));
      for (const [key, { samples }] of Object.entries(released.properties)) {
        expect([key, samples]).not.toEqual([key, []]);
        for (const sample of samples) {
          expect([key, sample, await faultsOf(adapter, key, sample)]).toEqual([key, sample, []]);
        }
      }
    },
  },
];

const sameSubmission = {
  submissionId: '00000000-0000-4000-8000-000000000000',
  caseId: '00000000-0000-4000-9000-000000000000',
};

export const parameterChecks: Check<Probed>[] = [
  {
    name: 'heeds every parameter by which its target is reached, and has no constant in its place',
    async run(subject) {
      const { address, cannot = {} } = subject.fixture;
      const task = { key: crypto.randomUUID(), now: new Date() };
      const usual = await telling(subject, task);
      expect(await telling(subject, task)).toEqual(usual);
      const unheeded: string[] = [];
      for (const name of usual.names.filter((one) => one !== address && !cannot[one]))
        if ((await telling(subject, task, name)).told === usual.told) unheeded.push(name);
      expect(unheeded).toEqual([]);
    },
  },
];

/** Does the same work at a new target, with another value of one parameter, and returns all that can be seen of it. */
async function telling(subject: Probed, task: { key: string; now: Date }, other?: string) {
  await using stage = await Stage.open(subject);
  const { target } = stage;
  const { values } = target;
  const trial = stage.trial(other === undefined ? {} : { [other]: await otherThan(subject, other, values[other]!) });
  const overrides = { now: () => task.now, deadline: soon(10_000), idempotencyKey: task.key };
  const first = await trial.attempt(overrides, questionOf(trial));
  const all = [
    first,
    await trial.polled(first, overrides),
    subject.adapter.manifest.capabilities.find && (await trial.find(overrides)),
    target.requests.map(({ method, path, headers }) => [method, path, headers]),
    target.writes.map(({ bytes }) => bytes.toString('latin1')),
  ];
  const told = JSON.stringify(all)
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/gi, '<id>')
    .replace(/127\.0\.0\.1:\d+/g, '<host>');
  return { told, names: Object.keys(values) };
}

/** The trial's question about a submission that is always the same. */
function questionOf({ question }: Trial): Question {
  if (question.call !== 'deliver') return question;
  const { submissionId, caseId } = sameSubmission;
  return { call: 'deliver', delivery: { ...question.delivery, submissionId, caseId } };
}

/** Another value that the adapter takes. Throws where there is none: the fixture then says under `cannot` why. */
async function otherThan({ adapter }: Subject, name: string, value: Json): Promise<Json> {
  const key = name.slice(adapter.manifest.id.length + 1);
  for (const other of candidates(adapter.manifest.parameters.shape[key] as z.ZodType, value))
    if ((await faultsOf(adapter, key, other)).length === 0) return other;
  throw new Error(`${name}: no other value to try; say under „cannot“ why`);
}

function candidates(field: z.ZodType, value: Json): Json[] {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return [value + 1, value - 1, value / 2];
  if (Array.isArray(value)) return value.length > 0 ? [[...value.slice(0, -1), changed(value.at(-1)!)]] : [];
  if (typeof value === 'object' && value !== null)
    return [Object.fromEntries(Object.entries(value).map(([key, one]) => [key, changed(one)]))];
  const { enum: choices = [] } = z.toJSONSchema(field, { io: 'input' }) as { enum?: Json[] };
  if (choices.length > 0) return choices.filter((choice) => choice !== value);
  return [0.5, 0.25, 0.75, 0.1, 0.9].map((part) => changed(value, part));
}

/** The same text but for one letter or digit, from the middle on, so that its shape stays. */
function changed(value: Json, part = 0.5): Json {
  const text = String(value);
  const from = Math.floor(text.length * part);
  const at = [...text.slice(from)].findIndex((letter) => /[a-z\d]/i.test(letter)) + from;
  const letter = text.charAt(at);
  const other = /\d/.test(letter) ? String((Number(letter) + 1) % 10) : letter === 'x' ? 'y' : 'x';
  return text.slice(0, at) + other + text.slice(at + 1);
}
