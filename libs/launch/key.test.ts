import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { secretsKey } from './key.js';

describe('the key for secrets', () => {
  let STELLWERK_HOME: string;
  beforeEach(() => {
    STELLWERK_HOME = mkdtempSync(join(tmpdir(), 'key-'));
  });
  afterEach(() => rmSync(STELLWERK_HOME, { recursive: true }));

  test('is generated once, announced once, and for its owner only', () => {
    const announced: string[] = [];
    const first = secretsKey({ STELLWERK_HOME }, (sentence) => announced.push(sentence));
    const second = secretsKey({ STELLWERK_HOME }, (sentence) => announced.push(sentence));
    expect(first).toHaveLength(32);
    expect(second).toEqual(first);
    expect(announced).toHaveLength(1);
    expect(statSync(join(STELLWERK_HOME, 'key')).mode & 0o777).toBe(0o600);
  });

  test('leaves alone what a process with the same id in another container is writing', () => {
    const theirs = join(STELLWERK_HOME, `key.${process.pid}`);
    writeFileSync(theirs, 'half');
    secretsKey({ STELLWERK_HOME });
    expect(readFileSync(theirs, 'utf8')).toBe('half');
  });

  test('of the setting replaces that of the file, and nothing is generated', () => {
    const given = Buffer.alloc(32, 7);
    expect(secretsKey({ STELLWERK_HOME, STELLWERK_KEY: given.toString('base64') })).toEqual(given);
    expect(existsSync(join(STELLWERK_HOME, 'key'))).toBe(false);
  });

  test('of a wrong length is refused by name, not replaced', () => {
    expect(() => secretsKey({ STELLWERK_HOME, STELLWERK_KEY: 'kurz' })).toThrow(
      /^STELLWERK_KEY enthält keinen Schlüssel/,
    );
    writeFileSync(join(STELLWERK_HOME, 'key'), '');
    expect(() => secretsKey({ STELLWERK_HOME })).toThrow(/key enthält keinen Schlüssel/);
  });
});
