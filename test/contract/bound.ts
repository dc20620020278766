import { expect } from '@jest/globals';
import { bind, boundSetOf } from '#adapter-host/bind.js';
import { startFake } from '#adapters/kit/fake.js';
import { type BoundSet, resolve } from '#parameters/resolve.js';
import type { Version } from '#store/parameters.js';
import type { Json } from '#submission/vocabulary.js';
import { type Check, type Probed, Stage, speaksHttp } from './subject.js';

const [land, town] = ['08', '081110000000'];

function versionsOf(region: string, values: Record<string, Json>): Version[] {
  const validFrom = new Date(0);
  const about = { region, leistung: '*', validFrom, author: 'a', reason: 'r', createdAt: validFrom };
  return Object.entries(values).map(([name, value]) => ({ ...about, versionId: `${region} ${name}`, name, value }));
}

/** What counts in the town. */
function effective({ adapter }: Probed, ofLand: Record<string, Json>, ofTown: Record<string, Json>): Version[] {
  const { id } = adapter.manifest;
  const { parameters, level } = boundSetOf(adapter.manifest);
  const set: BoundSet = { names: new Set(parameters.map((key) => `${id}.${key}`)), ...(level && { level }) };
  const versions = [...versionsOf(land!, ofLand), ...versionsOf(town!, ofTown)];
  return [...resolve(versions, new Date(), [set]).values()].map(([counts]) => counts!);
}

const valuesOf = (versions: Version[]) => Object.fromEntries(versions.map(({ name, value }) => [name, value!]));

/** P4: address and credentials are inherited whole or not at all. */
export const boundChecks: Check<Probed>[] = [
  {
    name: 'P4 who sets one part of its connection inherits no other part of it',
    async run(subject) {
      const { id, parameters } = subject.adapter.manifest;
      const { parameters: bound, level } = boundSetOf(subject.adapter.manifest);
      await using stage = await Stage.open(subject);
      for (const key of Object.keys(parameters.shape)) {
        const counting = effective(subject, stage.target.values, { [`${id}.${key}`]: 'of the town' });
        const origins = counting.filter(({ name }) => bound.some((one) => name === `${id}.${one}`));
        const isOwn = bound.includes(key) && level === undefined;
        expect([key, [...new Set(origins.map(({ region }) => region))]]).toEqual([key, [isOwn ? town : land]]);
      }
    },
  },
  {
    name: 'P4 no parameter beside its connection can name a host',
    async run(subject) {
      const { id, parameters } = subject.adapter.manifest;
      const { parameters: bound } = boundSetOf(subject.adapter.manifest);
      await using stage = await Stage.open(subject);
      const hostsWith = async (values: Record<string, Json>) => {
        const found = await bind(subject.adapter, { ...stage.target.values, ...values });
        return 'hosts' in found ? [...found.hosts.keys()] : [];
      };
      const free = Object.keys(parameters.shape).filter((key) => !bound.includes(key));
      for (const key of free)
        expect([key, await hostsWith({ [`${id}.${key}`]: 'https://town.example.org/' })]).not.toEqual([
          key,
          expect.arrayContaining(['town.example.org']),
        ]);
    },
  },
  {
    name: 'P4 a listener that a town puts in place of an address hears no secret of the level above',
    when: speaksHttp,
    async run(subject) {
      const listener = await startFake(
        () => ({ status: 200, body: {} }),
        (url) => ({ url }),
      );
      await using stage = await Stage.open(subject);
      const bound = await bind(subject.adapter, stage.target.values);
      const secrets = 'secrets' in bound ? bound.secrets : [];
      expect(secrets).not.toEqual([]);
      const address = { [subject.fixture.address]: listener.values['url']! };
      const trial = stage.trialWith(valuesOf(effective(subject, stage.target.values, address)));
      await trial.check();
      await trial.attempt();
      await listener.close();
      const heard = JSON.stringify(listener.requests.map(({ headers, path }) => [headers, path]));
      for (const secret of secrets) expect(heard).not.toContain(secret);
    },
  },
];
