import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { adapterFolders, dataNames, fileNames, folderNames, wrongNames } from './adapter-files.js';

const tried = (...files: string[]) => wrongNames(new Map([['libs/adapters/planted', files]]));

test('every adapter, template and package has files of these names only', () => {
  const folders = adapterFolders(root);
  for (const folder of ['libs/adapters/rest', 'libs/adapters/kit/new/register'])
    expect(folders.get(folder)).not.toEqual([]);
  expect([...folders.keys()].filter((folder) => /\/(tools|kit)$/.test(folder))).toEqual([]);
  expect(wrongNames(folders)).toEqual([]);
});

test.each(['message.ts', 'probe.ts', 'v1/request.ts', 'parts/wire.ts', 'check/steps.ts', 'notes.md', 'mapping.mjs'])(
  'a planted %s is found, and named',
  (file) => {
    expect(tried('adapter.ts', file)).toEqual([expect.stringContaining(`libs/adapters/planted/${file}: `)]);
  },
);

test('a test may be called as it likes, and so may a part of the protocol, and a schema', () => {
  expect(tried('tls.test.ts', 'client/wire.ts', 'client/wire.test.ts', 'delivery.schema.json')).toEqual([]);
  expect(tried('v1/adapter.ts', 'v2/client/wire.ts', 'mapping.js', 'mapping.ts.txt', 'package.json')).toEqual([]);
});

test('the README of the adapters says what each of them is for', () => {
  const text = readFileSync(join(root, 'libs/adapters/README.md'), 'utf8');
  const names = [...fileNames.map((name) => `${name}.ts`), ...folderNames.map((name) => `${name}/`), ...dataNames];
  expect(names.filter((name) => !text.includes(name))).toEqual([]);
});
