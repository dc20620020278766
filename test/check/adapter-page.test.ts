import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadAdapters } from '#adapter-host/load.js';
import { pageFile, stalePages } from './adapter-page.js';

const adapters = await loadAdapters();

test("every adapter's page is current", async () => {
  expect(await stalePages(adapters, { write: false })).toEqual([]);
});

test('there is no page of an adapter that is gone', () => {
  expect(readdirSync(dirname(pageFile('any'))).sort()).toEqual([...adapters.keys()].map((id) => `${id}.md`));
});
