import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { takeOutLargeFiles } from './large-texts.js';
import { digest, parse } from './parse.js';

const limits = { body: 1e7, file: 1e6, files: 5, fields: 100, depth: 10 };
const known = { groups: new Set<string>(), fields: new Set<string>() };
const read = (body: Buffer) => parse({ contentType: 'application/json', body, limits, known });
const form = (text: string, name = 'fileAsBase64') =>
  Buffer.from(`{"a_0_datei": {"filename": "Plan (Süd).pdf", "${name}" : "${text}"}, "a_0_ort": "Weil \\"Nord\\""}`);

describe('large files in a JSON body', () => {
  test.each([0, 1, 2, 3, 4])('are the same bytes as by the way of small ones (%d more)', async (more) => {
    const plan = randomBytes(200_000 + more);
    for (const text of [
      plan.toString('base64'),
      plan.toString('base64').replaceAll('/', '\\/'),
      plan.toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
    ]) {
      expect(takeOutLargeFiles(form(text)).files.size).toBe(1);
      const { files, fields } = await read(form(text));
      expect(files.map(({ bytes }) => plan.equals(bytes))).toEqual([true]);
      expect(fields).toMatchObject([
        { field: 'datei', value: { filename: 'Plan (Süd).pdf', size: plan.length } },
        { field: 'ort', value: 'Weil "Nord"' },
      ]);
    }
  });

  test('leave the rest small, and the digest that of what came', async () => {
    const body = form(randomBytes(200_000).toString('base64'));
    const before = digest({ contentType: 'application/json', body: Buffer.from(body), limits });
    const content = await read(body);
    expect([content.digest, digest({ contentType: 'application/json', body, limits })]).toEqual([before, before]);
    expect(takeOutLargeFiles(form(randomBytes(200_000).toString('base64'))).rest.length).toBeLessThan(200);
  });

  test('are refused where they are no base64, wherever it is broken', async () => {
    const text = randomBytes(200_000).toString('base64');
    for (const at of [0, 65_536, 131_071, text.length - 5])
      for (const broken of ['!', '=', '\u00e4', '\n'])
        await expect(read(form(text.slice(0, at) + broken + text.slice(at + 1)))).rejects.toMatchObject({
          code: 'malformed',
        });
    await expect(read(form(text.slice(1)))).rejects.toMatchObject({ code: 'malformed' });
  });

  test('are only what a file is: other texts stay, and a file’s text without a file is refused', async () => {
    const text = 'A'.repeat(200_000);
    expect(takeOutLargeFiles(form(text, 'fileasbase64')).files.size).toBe(0);
    expect(takeOutLargeFiles(form(`${text}\\u0041\\n`)).files.size).toBe(0);
    await expect(read(Buffer.from(`{"fileAsBase64": "${text}"}`))).rejects.toMatchObject({ code: 'malformed' });
  });

  test('too large for a file is said as such', async () => {
    await expect(read(form(randomBytes(1_000_001).toString('base64')))).rejects.toMatchObject({ code: 'too-large' });
  });
});
