import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { addKey, evidenceKey, openKeys, pseudonymKeys, secretsKey } from './key.js';

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
    expect(first.current.bytes).toHaveLength(32);
    expect(second.all).toEqual(first.all);
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
    expect(secretsKey({ STELLWERK_HOME, STELLWERK_KEY: given.toString('base64') }).current.bytes).toEqual(given);
    expect(existsSync(join(STELLWERK_HOME, 'key'))).toBe(false);
  });

  test('of a wrong length is refused by name, not replaced', () => {
    expect(() => secretsKey({ STELLWERK_HOME, STELLWERK_KEY: 'kurz' })).toThrow(
      /^STELLWERK_KEY enthält keinen Schlüssel/,
    );
    writeFileSync(join(STELLWERK_HOME, 'key'), '');
    expect(() => secretsKey({ STELLWERK_HOME })).toThrow(/key enthält keinen Schlüssel/);
  });

  test('gets a successor while a process holds the ring, and still opens', () => {
    const held = secretsKey({ STELLWERK_HOME });
    const before = held.current;
    expect(addKey({ STELLWERK_HOME })).toBe(true);
    expect(held.current).not.toEqual(before);
    expect(held.all.slice(1)).toEqual([before]);
    expect(statSync(join(STELLWERK_HOME, 'key')).mode & 0o777).toBe(0o600);
  });

  test('of several in the setting, the first seals; nothing is added to them', () => {
    const STELLWERK_KEY = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')).join(',');
    const keys = secretsKey({ STELLWERK_HOME, STELLWERK_KEY });
    expect(keys.all.map(({ bytes }) => bytes[0])).toEqual([1, 2]);
    expect(addKey({ STELLWERK_HOME, STELLWERK_KEY })).toBe(false);
  });
});

describe('the key for pseudonyms', () => {
  let STELLWERK_HOME: string;
  beforeEach(() => {
    STELLWERK_HOME = mkdtempSync(join(tmpdir(), 'key-'));
  });
  afterEach(() => rmSync(STELLWERK_HOME, { recursive: true }));

  test('is another one than that for secrets, and outlives it', () => {
    const { secrets, pseudonyms } = openKeys({ STELLWERK_HOME });
    expect(pseudonyms).not.toEqual([secrets.current.bytes]);
    addKey({ STELLWERK_HOME });
    expect(pseudonymKeys({ STELLWERK_HOME })).toEqual(pseudonyms);
  });

  test('is the old key in a data folder that had one for both', () => {
    const old = Buffer.alloc(32, 9);
    writeFileSync(join(STELLWERK_HOME, 'key'), `${old.toString('base64')}\n`);
    expect(Buffer.from(openKeys({ STELLWERK_HOME }).pseudonyms[0]!)).toEqual(old);
    addKey({ STELLWERK_HOME });
    expect(Buffer.from(openKeys({ STELLWERK_HOME }).pseudonyms[0]!)).toEqual(old);
  });

  test('must be named where the setting has several keys for secrets', () => {
    const [a, b] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];
    expect(Buffer.from(pseudonymKeys({ STELLWERK_HOME, STELLWERK_KEY: a })[0]!)).toEqual(Buffer.alloc(32, 1));
    expect(() => pseudonymKeys({ STELLWERK_HOME, STELLWERK_KEY: `${b},${a}` })).toThrow(/PSEUDONYM_KEY/);
    const all = { STELLWERK_HOME, STELLWERK_KEY: `${b},${a}`, PSEUDONYM_KEY: a };
    expect(Buffer.from(pseudonymKeys(all)[0]!)).toEqual(Buffer.alloc(32, 1));
  });

  test('may have successors, in the setting as in the file, newest first', () => {
    const [a, b] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];
    const both = [Buffer.alloc(32, 2), Buffer.alloc(32, 1)];
    expect(pseudonymKeys({ STELLWERK_HOME, PSEUDONYM_KEY: `${b},${a}` }).map(Buffer.from)).toEqual(both);
    writeFileSync(join(STELLWERK_HOME, 'pseudonym-key'), `${b}\n${a}\n`);
    expect(openKeys({ STELLWERK_HOME }).pseudonyms.map(Buffer.from)).toEqual(both);
  });
});

describe('the key of the evidence log', () => {
  let STELLWERK_HOME: string;
  beforeEach(() => {
    STELLWERK_HOME = mkdtempSync(join(tmpdir(), 'key-'));
  });
  afterEach(() => rmSync(STELLWERK_HOME, { recursive: true }));

  test('is made once, for its owner only, unless the setting gives it; in production only that counts', () => {
    const made = evidenceKey({ STELLWERK_HOME });
    expect(evidenceKey({ STELLWERK_HOME })).toEqual(made);
    expect(statSync(join(STELLWERK_HOME, 'evidence-key')).mode & 0o777).toBe(0o600);
    expect(() => evidenceKey({ STELLWERK_HOME, STAGE: 'production' })).toThrow(/EVIDENCE_KEY fehlt/);
    const EVIDENCE_KEY = Buffer.alloc(32, 9).toString('base64');
    expect(evidenceKey({ STELLWERK_HOME, STAGE: 'production', EVIDENCE_KEY })[0]).toBe(9);
  });
});
