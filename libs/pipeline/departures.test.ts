import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { NotSent } from '#adapter-host/http.js';
import { root } from '#settings/root.js';
import { leftBehind, openDepartures } from './departures.js';

const folder = mkdtempSync(join(tmpdir(), 'departures-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const dies = (name: string) => `
import { openDepartures } from '${join(root, 'dist/libs/pipeline/departures.js')}';
const departures = await openDepartures('${folder}', 'host/1/${name}');
for (const key of ['a:1', 'b:1']) departures.note(key);
departures.forget('a:1');
departures.note('c:2');
console.log('noted');
setInterval(() => {}, 1000);`;

async function running(name: string) {
  const script = ['--input-type=module', '-e', dies(name)];
  const child = spawn(process.execPath, script, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { child, kill };
}

const socketOf = (name: string) => join(folder, readdirSync(folder).find((one) => one.endsWith(`-${name}.alive`))!);

test('P2 what a process has let leave is known once it is certainly dead, not while it is only stopped', async () => {
  const { child, kill } = await running('dies');
  child.kill('SIGSTOP');
  expect(await leftBehind(folder, 'host/1/dies')).toBeUndefined();
  await kill();
  expect((await leftBehind(folder, 'host/1/dies'))?.filter(Boolean)).toEqual(['c:2', 'b:1']);
});

test('P2 a socket other than the one on which it listened, as in a copied folder, says nothing', async () => {
  const [lives, dead] = [await running('lives'), await running('dead')];
  await dead.kill();
  renameSync(socketOf('dead'), socketOf('lives'));
  expect(await leftBehind(folder, 'host/1/lives')).toBeUndefined();
  await lives.kill();
});

test('what is to be noted after the end is noted nowhere', async () => {
  const departures = await openDepartures(folder, 'host/4/ended');
  await departures?.close();
  const other = join(folder, 'other');
  const file = openSync(other, 'w'); // the system gives the number of the one that was closed
  expect(() => departures?.note('a:1')).toThrow(NotSent);
  closeSync(file);
  expect(readFileSync(other, 'utf8')).toBe('');
});

test('P2 nothing is said of a process that ended in order, or of which there is no file', async () => {
  const departures = await openDepartures(folder, 'host/2/ends');
  departures?.note('a:1');
  await departures?.close();
  expect(await leftBehind(folder, 'host/2/ends')).toBeUndefined();
  expect(await leftBehind(folder, 'host/3/elsewhere')).toBeUndefined();
});
