import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { demosOf, fakesOf } from './adapters.js';

test('a package is played by its own name, whatever its folder is called', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'paket-'));
  cpSync(join(root, 'apps/simulator/vendor/stellwerk-adapter-rosenstein'), folder, { recursive: true });
  expect([...(await fakesOf([folder])).keys()]).toContain('rosenstein');
  expect((await demosOf([folder])).map(({ id }) => id)).toContain('rosenstein');
  rmSync(folder, { recursive: true });
});
