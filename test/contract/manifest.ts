import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect } from '@jest/globals';
import type { z } from 'zod';
import { bind, metaOf } from '#adapter-host/bind.js';
import { faultOf } from '#adapter-host/load.js';
import { abstractTroubles } from '#adapters/kit/target.js';
import { root } from '#settings/root.js';
import { detoursOf } from '../check/boundaries.js';
import { canaries } from './samples.js';
import { type Check, hasTarget, isRegister, type Probed, type Subject } from './subject.js';
import { Trial } from './trial.js';

const fieldsOf = ({ adapter }: Subject) => Object.entries(adapter.manifest.parameters.shape) as [string, z.ZodType][];

/** What can be checked of an adapter without its target. */
export const manifestChecks: Check[] = [
  {
    name: 'has a true and complete manifest, and an introduction',
    run(subject) {
      const { adapter, folder } = subject;
      expect(faultOf(adapter, adapter.manifest.id)).toBeUndefined();
      expect(
        fieldsOf(subject)
          .filter(([, field]) => !metaOf(field).description)
          .map(([key]) => key),
      ).toEqual([]);
      const places = [folder, join(folder, '..')];
      expect(places.some((place) => existsSync(join(place, 'README.md')))).toBe(true);
    },
  },
  {
    name: 'P3 marks as secret every parameter that sounds like one',
    run(subject) {
      const open = fieldsOf(subject).filter(([, field]) => !metaOf(field).secret);
      const sounding = /(token|password|secret|kennwort|passphrase|private|credential|key)$/i;
      expect(open.map(([key]) => key).filter((key) => sounding.test(key) && !/public/i.test(key))).toEqual([]);
    },
  },
  {
    name: 'P3 refuses a value that does not fit without repeating it',
    async run(subject) {
      const { id } = subject.adapter.manifest;
      for (const [key] of fieldsOf(subject)) {
        const trial = new Trial(subject.adapter, { [`${id}.${key}`]: { canary: canaries[0]! } });
        const answer = await trial.attempt();
        expect(answer).toMatchObject({ kind: 'misconfigured', parameter: expect.stringContaining(`${id}.`) });
        expect(JSON.stringify([answer, trial.logs])).not.toContain(canaries[0]);
      }
    },
  },
  {
    name: 'goes no way round its context',
    run({ folder }) {
      const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      const sources = names.filter((name) => /\.[cm]?[jt]s$/.test(name) && !/(^|\/)node_modules\//.test(name));
      const found = sources.flatMap((name) =>
        detoursOf(relative(root, join(folder, name)), readFileSync(join(folder, name), 'utf8')),
      );
      expect(found).toEqual([]);
    },
  },
  {
    name: 'a register says what it can be asked for',
    when: isRegister,
    run({ adapter }) {
      expect(Object.keys(adapter.manifest.attributes ?? {})).not.toEqual([]);
    },
  },
  {
    name: 'speaks to nobody, says why, and ends as declared',
    when: (subject) => !hasTarget(subject),
    async run({ adapter, fixture }) {
      if (!('withoutTarget' in fixture)) return;
      expect(fixture.withoutTarget).not.toBe('');
      expect(await new Trial(adapter, fixture.values).attempt()).toMatchObject({ kind: fixture.ends });
      expect(await bind(adapter, fixture.values)).toMatchObject({ hosts: new Map() });
    },
  },
  {
    name: 'gives a reason for everything that cannot be tried',
    when: hasTarget,
    run(subject) {
      const { fixture, adapter } = subject as Probed;
      const missing = abstractTroubles.filter((kind) => fixture.troubles && !fixture.troubles.includes(kind));
      expect(missing.filter((kind) => !fixture.cannot?.[kind])).toEqual([]);
      expect(Object.keys(fixture.volatile ?? {}).sort()).toEqual(Object.keys(adapter.manifest.volatile ?? {}).sort());
    },
  },
];
