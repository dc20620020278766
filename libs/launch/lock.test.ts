import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeJson } from './json-file.js';
import { endLeftovers, lockHome } from './lock.js';
import { identify, isAlive, type ProcessIdentity } from './servers/process-identity.js';

describe('who runs on a data folder', () => {
  let home: string;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'run-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(home, { recursive: true });
  });

  const bystander = async (): Promise<ProcessIdentity> => {
    const child = spawn('sleep', ['60']);
    children.push(child);
    await once(child, 'spawn');
    return identify(child.pid!)!;
  };
  const dead: ProcessIdentity = { pid: process.pid, started: 'long ago' };

  test('only one, and a released folder is free again', async () => {
    const lock = await lockHome(home);
    await expect(lockHome(home)).rejects.toThrow(/läuft Stellwerk schon/);
    lock.release();
    (await lockHome(home)).release();
  });

  test('what a killed run left behind is ended and named', async () => {
    const left = await bystander();
    writeJson(join(home, 'run.json'), {
      supervisor: dead,
      processes: [{ ...left, name: 'Datenbank', signal: 'SIGTERM' }],
    });
    const lock = await lockHome(home);
    expect(lock.leftovers).toEqual(['Datenbank']);
    expect(isAlive(left)).toBe(false);
    lock.release();
  });

  test('a stranger that got a remembered process id is not touched', async () => {
    const stranger = await bystander();
    writeJson(join(home, 'run.json'), {
      supervisor: dead,
      processes: [{ pid: stranger.pid, started: 'another time', name: 'Datenbank', signal: 'SIGKILL' }],
    });
    expect(await endLeftovers(home)).toEqual([]);
    expect(isAlive(stranger)).toBe(true);
    expect(existsSync(join(home, 'run.json'))).toBe(false);
  });

  test('a start waits for a run that is ending', async () => {
    const lock = await lockHome(home);
    lock.ending();
    const next = lockHome(home);
    lock.release();
    (await next).release();
  });
});
