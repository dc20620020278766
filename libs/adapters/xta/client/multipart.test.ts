import { describe, expect, test } from '@jest/globals';
import { Unreadable } from '#xoev/read.js';
import { readRelated } from './multipart.js';

describe('P6 a multipart answer', () => {
  const message = (parts: string, type = 'multipart/related; boundary=b; start="<r>"') =>
    readRelated(Buffer.from(parts.replaceAll('\n', '\r\n')), type);
  const whole =
    '--b\nContent-ID: <r>\n\n<a/>\n--b\nContent-ID: <1>\nContent-Transfer-Encoding: binary\n\nx\r\r\ny\n--b--\n';

  const manyParts = Array.from({ length: 300 }, (_, n) => `\n--b\nContent-ID: <p${n}>\n\n.`).join('');

  test('is taken apart byte by byte', () => {
    const { root: first, parts } = message(whole);
    expect([String(first), String(parts.get('1'))]).toEqual(['<a/>', 'x\r\r\r\ny']);
  });

  test.each([
    ['is cut', whole.slice(0, -8)],
    ['has no root', whole.replace('<r>', '<q>')],
    ['names a part twice', whole.replace('--b--', '--b\nContent-ID: <1>\n\nz\n--b--')],
    ['is base64', whole.replace('binary', 'base64')],
    ['is empty', ''],
    ['has too many parts', `--b\nContent-ID: <r>\n\n<a/>${manyParts}\n--b--`],
  ])('that %s is refused', (_, parts) => expect(() => message(parts)).toThrow(Unreadable));

  test('without a boundary is refused', () => expect(() => message(whole, 'multipart/related')).toThrow());
});
