import { expect, test } from '@jest/globals';
import { houseFindings } from './house.js';
import { listTexts, strayTexts } from './texts.js';

/** The planted ones are written in two pieces, so that this file keeps the rules. */
const planted: [string, string, string][] = [
  ['libs/store/a.ts', `const all = { ${'...'}{ a, b } };`, 'gestreut'],
  ['libs/store/a.ts', `const id = row${'['}'id'];`, 'Zeilen haben Typen'],
  ['libs/store/a.ts', `/** As in DESIGN${' '}§ 4. */`, 'zitiert wird nur'],
  ['libs/store/a.ts', `if (error.name === 'Unreadable${''}Error') return;`, 'an seiner Klasse'],
  ['libs/store/a.ts', "db.query('select 1')", 'SQL steht in libs/store/sql'],
  ['libs/store/utils.ts', '', 'der Name sagt nicht'],
  ['libs/store/common/a.ts', '', 'der Name sagt nicht'],
  ['libs/store/sql/a.sql', `select ${'a'.repeat(120)}`, 'länger als 120 Zeichen'],
  ['docs/a.md', `Some words ${'and more '.repeat(15)}`, 'länger als 120 Zeichen'],
];

test.each(planted)('%s: %s', (file, content, says) => {
  expect(houseFindings(new Map([[file, content]]))).toEqual([expect.stringContaining(says)]);
});

test('tables, code and addresses of Markdown may be wide', () => {
  const wide = 'wide '.repeat(40);
  const page = ['| ', wide, '\n```\n', wide, '\n```\n', `https://example.org/${'a'.repeat(120)}`].join('');
  expect(houseFindings(new Map([['docs/a.md', page]]))).toEqual([]);
});

test('a German text is listed wherever it stands, and has a file of its own', () => {
  const said = "throw new Error(`Das Feld fehlt.`); const sql = 'select a from b';";
  const described = "z.string().describe('Wie das Feld heißt'); const schema = { description: 'gilt ab diesem Tag' };";
  const files = new Map([
    ['libs/fim/a.ts', said],
    ['libs/fim/b.ts', described],
    ['libs/fim/texts.ts', said],
    ['libs/fim/a.test.ts', said],
  ]);
  expect(strayTexts(files)).toEqual(['libs/fim/a.ts:1: „Das Feld fehlt.“ gehört in eine texts.ts.']);
  expect(listTexts(files).match(/Das Feld fehlt\.|Wie das Feld heißt|gilt ab diesem Tag/g)).toHaveLength(4);
});
