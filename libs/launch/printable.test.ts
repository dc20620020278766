import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { guard, printable } from './printable.js';

const hostile = 'a\x1b[2J\x1b]52;c;cm0=\x07b\x9b31mc\rd\u202egnp.exe\u2066\0\x08\x7f';

test('what is shown has no control characters, and stays what it was otherwise', () => {
  expect(printable(hostile)).toBe('a[2J]52;c;cm0=b31mcdgnp.exe');
  for (const text of ['Straße\tÄ\r\nZeile\n', '│ ✓ 👩‍👩‍👧 M̂ \u00ad', '']) expect(printable(text)).toBe(text);
});

test('a guarded stream keeps our own coloured signs, and nobody else’s', () => {
  const written: unknown[] = [];
  const stream = { write: (chunk: unknown) => written.push(chunk) > 0 } as unknown as NodeJS.WriteStream;
  guard(stream);
  stream.write('\x1b[32m✓\x1b[39m Gateway \x1b[32mfein\x1b[39m\x1b[8m');
  stream.write(Buffer.from([0x1b]));
  expect(written).toEqual(['\x1b[32m✓\x1b[39m Gateway [32mfein[39m[8m', Buffer.from([0x1b])]);
});

test('the command line prints none, whatever it was given', () => {
  const main = join(root, 'dist/apps/cli/main.js');
  const { stdout, stderr } = spawnSync(process.execPath, [main, 'fim', 'check', hostile.replaceAll('\0', '')]);
  expect(`${stdout}${stderr}`).toContain('gnp.exe');
  expect(`${stdout}${stderr}`).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
});
