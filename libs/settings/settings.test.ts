import { expect, test } from '@jest/globals';
import { readSettings } from './settings.js';

test('a request must hold the largest file in base64, else the setting is named', () => {
  const { LIMIT_BODY, LIMIT_FILE } = readSettings({});
  expect(LIMIT_BODY).toBeGreaterThan((LIMIT_FILE / 3) * 4 + 1024 * 1024);
  expect(() => readSettings({ LIMIT_FILE: String(30 * 1024 * 1024) })).toThrow('LIMIT_BODY: at least 42008');
  expect(() => readSettings({ LIMIT_BODY: String(25 * 1024 * 1024) })).toThrow('LIMIT_BODY');
});
