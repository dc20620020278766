import { afterAll, describe, expect, test } from '@jest/globals';
import { closeFences } from '#adapter-host/fence/fence.js';
import { loadAdapters } from '#adapter-host/load.js';
import { readSettings } from '#settings/settings.js';
import { subjects } from './subject.js';
import { checksOf } from './suite.js';
import { impatience, soon, Trial } from './trial.js';

const adapter = (await loadAdapters()).get('failing')!;
const all = await subjects([
  './apps/simulator/vendor/stellwerk-adapter-rosenstein',
  ...readSettings().ADAPTER_PACKAGES,
]);

afterAll(closeFences);

describe.each(all.map((subject) => [subject.name, subject] as const))('the adapter %s', (_name, subject) => {
  for (const check of checksOf(subject)) test(check.name, () => check.run(), 60_000);
});

describe('the adapter failing', () => {
  test.each([
    ['later', 'later'],
    ['rejected', 'rejected'],
    ['misconfigured', 'misconfigured'],
    ['unknown', 'unknown'],
    ['throw', 'later'],
    ['hang', 'later'],
  ])('in mode %s ends as %s, also when it ignores the deadline', async (mode, kind) => {
    const tried = new Trial(adapter, { 'failing.mode': mode });
    expect(await tried.attempt({ deadline: soon(impatience) })).toMatchObject({ kind });
    expect((await tried.check({ deadline: soon(impatience) })).length).toBeGreaterThan(0);
  });
});
