import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { leftBehind, openDepartures } from './departures.js';

const folder = mkdtempSync(join(tmpdir(), 'departures-'));
afterAll(() => rmSync(folder, { recursive: true }));

const dies = `
import { openDepartures } from '${join(root, 'dist/libs/pipeline/departures.js')}';
const departures = await openDepartures('${folder}', 'host/1/dies');
for (const key of ['a:1', 'b:1']) departures.note(key);
departures.forget('a:1');
departures.note('c:2');
console.log('noted');
setInterval(() => {}, 1000);`;

test('P2 what a process has let leave is known once it is certainly dead, not while it is only stopped', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', dies], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  expect(await leftBehind(folder, 'host/1/dies')).toBeUndefined();
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect((await leftBehind(folder, 'host/1/dies'))?.filter(Boolean)).toEqual(['c:2', 'b:1']);
});

test('P2 nothing is said of a process that ended in order, or of which there is no file', async () => {
  const departures = await openDepartures(folder, 'host/2/ends');
  departures?.note('a:1');
  await departures?.close();
  expect(await leftBehind(folder, 'host/2/ends')).toBeUndefined();
  expect(await leftBehind(folder, 'host/3/elsewhere')).toBeUndefined();
});
