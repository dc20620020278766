import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Adapter } from '#adapters/contract.js';
import { faultOf, loadAdapters } from './load.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'adapters-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('loads only what is named, and says what there is when a name is wrong', async () => {
  expect([...(await loadAdapters({ only: ['rest', 'echo'] })).keys()]).toEqual(['echo', 'rest']);
  await expect(loadAdapters({ only: ['mail-to-nowhere'] })).rejects.toThrow(
    'ADAPTERS nennt mail-to-nowhere; es gibt echo, failing',
  );
});

test('a folder without adapter.js is no adapter, one without an export is refused by name', async () => {
  mkdirSync(join(folder, 'kit'));
  expect(await loadAdapters({ folder })).toEqual(new Map());
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'empty/adapter.js'), 'export const other = 1;');
  await expect(loadAdapters({ folder })).rejects.toThrow('Adapter empty: adapter.ts exportiert kein „adapter“.');
});

test('a manifest that does not tell the truth is refused', async () => {
  const { rest } = Object.fromEntries(await loadAdapters({ only: ['rest'] })) as { rest: Adapter };
  const changed = (manifest: object) =>
    faultOf({ ...rest, manifest: { ...rest.manifest, ...manifest } } as Adapter, 'rest');
  const { capabilities } = rest.manifest;
  expect(faultOf(rest, 'rest')).toBeUndefined();
  expect(faultOf(rest, 'other')).toContain('der Ordner heißt „other“');
  expect(changed({ version: 'one' })).toContain('manifest.version');
  expect(changed({ accepts: ['Hundesteuer'] })).toContain('manifest.accepts');
  expect(changed({ kind: 'register' })).toContain('lookup fehlt');
  expect(changed({ capabilities: { ...capabilities, status: !capabilities.status } })).toContain('capabilities.status');
});
