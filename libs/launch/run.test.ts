import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeJson } from './home.js';
import { claim, clear } from './run.js';
import { alive, type Mark, mark } from './servers/os-processes.js';

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

  const bystander = async (): Promise<Mark> => {
    const child = spawn('sleep', ['60']);
    children.push(child);
    await once(child, 'spawn');
    return mark(child.pid!)!;
  };
  const dead: Mark = { pid: process.pid, started: 'long ago' };

  test('only one, and a released folder is free again', async () => {
    const run = await claim(home);
    await expect(claim(home)).rejects.toThrow(/läuft Stellwerk schon/);
    run.release();
    (await claim(home)).release();
  });

  test('what a killed run left behind is ended and named', async () => {
    const left = await bystander();
    writeJson(join(home, 'run.json'), {
      supervisor: dead,
      processes: [{ ...left, name: 'Datenbank', signal: 'SIGTERM' }],
    });
    const run = await claim(home);
    expect(run.leftovers).toEqual(['Datenbank']);
    expect(alive(left)).toBe(false);
    run.release();
  });

  test('a stranger that got a remembered process id is not touched', async () => {
    const stranger = await bystander();
    writeJson(join(home, 'run.json'), {
      supervisor: dead,
      processes: [{ pid: stranger.pid, started: 'another time', name: 'Datenbank', signal: 'SIGKILL' }],
    });
    expect(await clear(home)).toEqual([]);
    expect(alive(stranger)).toBe(true);
    expect(existsSync(join(home, 'run.json'))).toBe(false);
  });

  test('a start waits for a run that is ending', async () => {
    const run = await claim(home);
    run.ending();
    const next = claim(home);
    run.release();
    (await next).release();
  });
});
