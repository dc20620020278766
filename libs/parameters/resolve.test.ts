import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ancestors } from '#regions/prefix.js';
import type { Version } from '#store/parameters.js';
import { periodOf, placeOf, resolve, standing, winners, withheld } from './resolve.js';

const ars = '084175001079';
const leistung = '99102013104000';
const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n));

type Draft = { region: string; leistung: string; from: number; days: number | undefined; inherit: boolean };
const draft: fc.Arbitrary<Draft> = fc.record({
  region: fc.constantFrom(...ancestors(ars)),
  leistung: fc.constantFrom(leistung, '*'),
  from: fc.integer({ min: 0, max: 20 }),
  days: fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
  inherit: fc.boolean(),
});
const history = fc.array(draft, { maxLength: 12 }).map((drafts) => drafts.map(version));
const moment = fc.integer({ min: -1, max: 32 }).map(day);

function version({ region, leistung, from, days, inherit }: Draft, n: number): Version {
  return {
    versionId: String(n + 1),
    region,
    leistung,
    name: 'satz',
    ...(inherit ? {} : { value: n }),
    validFrom: day(from),
    ...(days === undefined ? {} : { validTo: day(from + days) }),
    author: 'a',
    reason: 'r',
    createdAt: day(0),
  };
}

const winner = (versions: Version[], at: Date) => winners(versions, at, 'satz')[0]?.versionId;

describe('the algebra of parameters', () => {
  test('the nearest region wins, and within one region the own Leistung beats the star', () => {
    fc.assert(
      fc.property(history, moment, (versions, at) => {
        const keys = ancestors(ars).flatMap((region) => [leistung, '*'].map((of) => ({ region, leistung: of })));
        const inOrder = keys.flatMap(
          (key) =>
            standing(
              versions.filter((row) => row.region === key.region && row.leistung === key.leistung),
              at,
            ) ?? [],
        );
        expect(winners(versions, at, 'satz')).toEqual(inOrder);
      }),
    );
  });

  test('of rows that overlap, the one written last counts', () => {
    fc.assert(
      fc.property(history, draft, moment, (versions, last, at) => {
        const written = version({ ...last, region: ars, leistung, inherit: false }, versions.length);
        const counts = written.validFrom <= at && (!written.validTo || at < written.validTo);
        fc.pre(counts);
        expect(winner([...versions, written], at)).toBe(written.versionId);
      }),
    );
  });

  test('a write changes nothing outside its period', () => {
    fc.assert(
      fc.property(history, draft, moment, (versions, last, at) => {
        const written = version(last, versions.length);
        fc.pre(at < written.validFrom || (written.validTo !== undefined && at >= written.validTo));
        expect(winner([...versions, written], at)).toBe(winner(versions, at));
      }),
    );
  });

  test('deleting is inheriting: as if the key had never been set, from then on', () => {
    fc.assert(
      fc.property(history, draft, (versions, last) => {
        const removal = version({ ...last, days: undefined, inherit: true }, versions.length);
        const others = versions.filter((row) => row.region !== last.region || row.leistung !== last.leistung);
        for (const later of [0, 1, 40]) {
          const at = new Date(removal.validFrom.getTime() + later * 86_400_000);
          expect(winner([...versions, removal], at)).toBe(winner(others, at));
        }
      }),
    );
  });

  test('an empty value is a value: it hides what lies above', () => {
    const land = version({ region: '08', leistung: '*', from: 0, days: undefined, inherit: false }, 0);
    const empty: Version = {
      ...version({ region: ars, leistung: '*', from: 0, days: undefined, inherit: false }, 1),
      value: '',
    };
    expect(winners([land, empty], day(1), 'satz').map(({ value }) => value)).toEqual(['', 0]);
    expect(winners([land, { ...empty, value: null }], day(1), 'satz')[0]!.value).toBeNull();
  });

  test('the shown period is the longest in which the answer stays the same', () => {
    fc.assert(
      fc.property(history, moment, (versions, at) => {
        const { from, to } = periodOf(versions, at, winner);
        const answer = winner(versions, at);
        for (let n = -1; n <= 32; n++) {
          const inside = (!from || day(n) >= from) && (!to || day(n) < to);
          if (inside) expect(winner(versions, day(n))).toBe(answer);
        }
        if (from) expect(winner(versions, new Date(from.getTime() - 1))).not.toBe(answer);
        if (to) expect(winner(versions, to)).not.toBe(answer);
      }),
    );
  });

  test('names do not touch each other', () => {
    fc.assert(
      fc.property(history, history, moment, (mine, others, at) => {
        const renamed = others.map((row) => ({ ...row, name: 'anderer' }));
        expect(resolve([...mine, ...renamed], at).get('satz')).toEqual(resolve(mine, at).get('satz'));
      }),
    );
  });

  test('P4 all that counts of a bound set comes from one place, whatever was set where and when', () => {
    const names = ['adresse', 'geheimnis', 'zertifikat'];
    const set = { names: new Set(names) };
    const named = fc.array(fc.tuple(fc.constantFrom(...names, 'satz'), draft), { maxLength: 20 });
    fc.assert(
      fc.property(named, moment, (drafts, at) => {
        const versions = drafts.map(([name, one], n) => ({ ...version(one, n), name }));
        const bound = resolve(versions, at, [set]);
        const places = names.flatMap((name) => bound.get(name)?.slice(0, 1) ?? []).map(placeOf);
        expect(new Set(places).size).toBeLessThanOrEqual(1);
        const free = resolve(versions, at);
        expect(bound.get('satz')).toEqual(free.get('satz'));
        expect(places.length === 0).toBe(!names.some((name) => free.has(name)));
        const further = withheld(versions, at, [set]);
        expect([...further.keys()].sort()).toEqual(names.filter((name) => free.has(name) && !bound.has(name)).sort());
      }),
    );
  });

  test('P4 of a set that one level sets, nothing else counts', () => {
    const set = { names: new Set(['adresse', 'geheimnis']), level: 'land' as const };
    const row = (region: string, name: string, n: number) => ({
      ...version({ region, leistung: '*', from: 0, days: undefined, inherit: false }, n),
      name,
    });
    const versions = [row('08', 'geheimnis', 0), row(ars, 'adresse', 1)];
    expect([...resolve(versions, day(1), [set]).keys()]).toEqual(['geheimnis']);
  });
});
