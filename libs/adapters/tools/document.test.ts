import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { latinSource } from '#fim/values/latin.js';
import { type Paper, writePdf } from './document.js';
import { breakLines, legible } from './lines.js';

const paper = (entries: { label: string; value: string }[] = [{ label: 'Name', value: 'Łukaszewska' }]): Paper => ({
  title: 'Hundesteuer: Hund anmelden',
  at: '2026-01-31T09:44:00.000Z',
  facts: [{ label: 'Leistung', value: '99102013104000' }],
  sections: [
    { heading: 'Halterin oder Halter', level: 1, entries: [] },
    { heading: 'Person', level: 2, entries },
  ],
});
const many = (count: number) => Array.from({ length: count }, (_, n) => ({ label: `Feld ${n}`, value: `Wert ${n}` }));
const occurrences = (bytes: Buffer, pattern: RegExp) => bytes.toString('latin1').match(pattern)?.length ?? 0;

test('is tagged, in German, with its title shown, dated by the paper, its fonts embedded', async () => {
  const bytes = await writePdf(paper());
  const text = bytes.toString('latin1');
  expect(text.slice(0, 8)).toBe('%PDF-1.7');
  for (const mark of ['/StructTreeRoot', '/Marked true', '/Lang (de-DE)', '/DisplayDocTitle true', '<pdfuaid:part>1'])
    expect(text).toContain(mark);
  for (const [type, count] of Object.entries({ Document: 1, H1: 1, H2: 1, H3: 1, Table: 2, TR: 2, TH: 2, TD: 2 }))
    expect([type, occurrences(bytes, new RegExp(`/S /${type}\\b`, 'g'))]).toEqual([type, count]);
  expect(text).toContain('D:20260131094400Z');
  expect(occurrences(bytes, /\/FontFile2/g)).toBe(2);
});

test('the same paper gives the same bytes', async () => {
  expect((await writePdf(paper())).equals(await writePdf(paper()))).toBe(true);
});

test('200 rows go over several pages, each row tagged once; a value longer than a page is one cell', async () => {
  const bytes = await writePdf(paper(many(200)));
  expect(occurrences(bytes, /\/Type \/Page\b/g)).toBeGreaterThan(4);
  expect(occurrences(bytes, /\/S \/TR\b/g)).toBe(201);
  const long = await writePdf(paper([{ label: 'Lang', value: 'x'.repeat(10_000) }]));
  expect(occurrences(long, /\/Type \/Page\b/g)).toBeGreaterThan(2);
  expect(occurrences(long, /\/S \/TD\b/g)).toBe(2);
});

test('lines break at spaces and hyphens, and within words that are too wide; letters keep their marks', () => {
  const measure = (text: string) => text.length;
  expect(breakLines('ein Wort und noch eines', 8, measure)).toEqual(['ein Wort', 'und noch', 'eines']);
  expect(breakLines('Rechts-Links', 8, measure)).toEqual(['Rechts-', 'Links']);
  expect(breakLines('abcdefghij', 4, measure)).toEqual(['abcd', 'efgh', 'ij']);
  expect(breakLines('M\u0302M\u0302M\u0302', 5, measure)).toEqual(['M\u0302M\u0302', 'M\u0302']);
  expect(breakLines('a\n\nb', 5, measure)).toEqual(['a', '', 'b']);
  expect(breakLines('', 5, measure)).toEqual(['']);
});

test('what cannot be drawn is named, what is invisible goes', () => {
  const hasGlyph = (codePoint: number) => codePoint < 0x10000;
  expect(legible('A\u0308\u00ad 👩\u200d👧\r\nb', hasGlyph)).toBe('Ä [U+1F469][U+1F467]\nb');
});

test('every letter of DIN 91379 has a glyph', async () => {
  const letter = new RegExp(latinSource, 'u');
  const letters = Array.from({ length: 0xd800 - 0x20 }, (_, n) => String.fromCodePoint(n + 0x20)).filter((one) =>
    letter.test(one),
  );
  const marked = [
    'M\u0302',
    'C\u0328\u0306',
    'K\u035Fh',
    'L\u0325\u0304',
    'S\u031B\u0304',
    'z\u0327',
    'k\u0315',
    'm\u0310',
    'ē\u030D',
  ];
  expect(letters.length).toBeGreaterThan(500);
  const said = await textOf(await writePdf(paper([{ label: 'Zeichen', value: [...letters, ...marked].join(' ') }])));
  if (said !== undefined) expect(said).not.toContain('U+');
  const bytes = await writePdf(paper([{ label: 'Zeichen', value: letters.join(' ') }]));
  expect(bytes.equals(await writePdf(paper([{ label: 'Zeichen', value: letters.join(' ') }])))).toBe(true);
});

const reading = canRead() ? test : test.skip;

reading('pdftotext reads it in its order (skipped where poppler-utils is missing)', async () => {
  const said = (await textOf(
    await writePdf(
      paper([
        { label: 'Name', value: 'Nguyễn Thị' },
        { label: 'Ort', value: 'Ťažký 👩' },
      ]),
    ),
  ))!;
  const words = [
    'Hundesteuer',
    '99102013104000',
    'Halterin',
    'Person',
    'Nguyễn',
    'Ťažký [U+1F469]',
    'Zeichen, die',
    'Seite 1 von 1',
  ];
  const places = words.map((word) => said.normalize('NFC').lastIndexOf(word));
  expect(places).not.toContain(-1);
  expect(places.slice(1, -1)).toEqual([...places.slice(1, -1)].sort((a, b) => a - b));
});

function canRead(): boolean {
  try {
    execFileSync('pdftotext', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Undefined where there is nothing to read it with. */
async function textOf(bytes: Buffer): Promise<string | undefined> {
  if (!canRead()) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'pdf-'));
  try {
    writeFileSync(join(folder, 'a.pdf'), bytes);
    return execFileSync('pdftotext', ['-layout', join(folder, 'a.pdf'), '-'], { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
