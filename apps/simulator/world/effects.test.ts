import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Effect, Effects } from './effects.js';

let folder: string;
let file: string;
let effects: Effects;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'effects-'));
  file = join(folder, 'steuer.jsonl');
  effects = await Effects.open(file);
});
afterEach(async () => {
  await effects.close();
  rmSync(folder, { recursive: true });
});

const effect = (key: string | null): Effect => ({
  submissionId: `s-${key}`,
  idempotencyKey: key,
  at: '2026-01-01T00:00:00Z',
  ars: '081110000000',
});
const listed = async (since = 0) =>
  (JSON.parse(await text(effects.list(since))) as Effect[]).map((one) => one.idempotencyKey);
const reopen = async () => {
  await effects.close();
  effects = await Effects.open(file);
};

test('P2 a key has one effect, also when it comes many times at once', async () => {
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => effects.record(effect('a'), 1)));
  expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(1);
  expect(await effects.record(effect('a'), 2)).toBe('conflict');
  expect(await listed()).toEqual(['a']);
});

test('without a key every request is an effect', async () => {
  await effects.record(effect(null), 1);
  await effects.record(effect(null), 1);
  expect(await listed()).toEqual([null, null]);
});

test('effects outlive a restart, and a line that a crash cut off does not', async () => {
  await effects.record(effect('a'), 1);
  appendFileSync(file, '{"submissionId":"s-b","idempotencyKey":"b"');
  await reopen();
  expect(await effects.has('a')).toBe(true);
  expect(await effects.has('b')).toBe(false);
  expect(await effects.record(effect('a'), 1)).toBe('known');
  await effects.record(effect('b'), 1);
  await reopen();
  expect([effects.count, await listed(), await listed(1), await listed(2)]).toEqual([2, ['a', 'b'], ['b'], []]);
});
