import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { codes } from './codes.js';

describe('error codes', () => {
  test('the file and docs/errors.md name the same codes with the same status', () => {
    const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
    const documented = [...page.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
      code!,
      Number(status),
    ]);
    expect(Object.fromEntries(documented)).toEqual(
      Object.fromEntries(Object.entries(codes).map(([code, { status }]) => [code, status])),
    );
  });

  test('every title is a German sentence without values', () => {
    for (const { title } of Object.values(codes)) expect(title).toMatch(/^[A-ZÄÖÜ][^{}$]+$/);
  });
});
