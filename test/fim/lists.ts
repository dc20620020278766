import type { CodeList, ListFolder } from '#fim/lists.js';

const list = (name: string, size: number): CodeList => ({
  uri: `urn:test:${name}`,
  version: '2',
  versionUri: `urn:test:${name}_2`,
  name,
  columns: ['code', 'name'],
  keys: [{ id: 'codeKey', columns: ['code'], recommended: true }],
  rows: Array.from({ length: size }, (_, i) => [String(i).padStart(4, '0'), `Name ${i % 7}`]),
  sha256: 'ab'.repeat(32),
});
const lists = new Map([list('small', 3), list('large', 700)].map((one) => [one.uri, one]));

/** The lists that random schemas refer to. */
export const testLists: ListFolder = { find: (uri) => lists.get(uri), versions: () => ['2'] };
