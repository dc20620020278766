import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { adapterRooms, adapterSees, excused, keepers, sees, trespasses, way } from './boundaries.js';
import { circles } from './imports.js';

const tried = (file: string, name: string) => trespasses(new Map([[file, `import { x } from '${name}';`]]));
const sources = ['apps', 'libs', 'test']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((file) => file.endsWith('.ts'));
const exists = (start: string) => sources.some((file) => file.startsWith(start));

describe('each rule speaks of what is there, and a planted violation turns it red', () => {
  test.each(Object.entries(sees))('libs/%s', (name, seen) => {
    expect(exists(`libs/${name}/`)).toBe(true);
    const unseen = [...Object.keys(sees), 'newcomer'].filter((other) => other !== name && !seen.includes(other));
    for (const other of unseen) expect(tried(`libs/${name}/planted.ts`, `#${other}/thing.js`)).not.toEqual([]);
  });

  test('every library stands in the table', () => {
    expect(readdirSync(join(root, 'libs')).sort()).toEqual(Object.keys(sees).sort());
  });

  test.each(Object.entries(keepers))('%s is kept', (name, starts) => {
    expect(starts.filter((start) => !exists(start))).toEqual([]);
    expect(tried('libs/fim/planted.ts', name.endsWith('/') ? `${name}core` : name)).toHaveLength(1);
  });

  test.each(adapterRooms.map(({ room, sees }) => [String(room), room, sees] as const))('room %s', (_, room, seen) => {
    const inside = sources.filter(
      (file) => !file.endsWith('.test.ts') && adapterRooms.find((one) => one.room.test(file))?.room === room,
    );
    expect(inside).not.toEqual([]);
    expect(seen.filter((start) => start !== '@' && !exists(start))).toEqual([]);
    for (const name of ['#store/database.js', '#adapter-host/call.js', '#settings/root.js'])
      expect(tried(inside[0]!, name)).toHaveLength(1);
  });

  test.each(Object.keys(excused))('excused is only who needs it: %s', (excuse) => {
    const [file, rule] = excuse.split(' ') as [string, string];
    const elsewhere = file.replace(/^libs\/adapters\/\w+/, 'libs/adapters/planted');
    expect(existsSync(join(root, file))).toBe(true);
    expect(
      trespasses(new Map([[elsewhere, readFileSync(join(root, file), 'utf8')]])).filter((one) => one.includes(rule)),
    ).toHaveLength(1);
  });

  test.each(way)('%s sees nothing that comes after it', (file) => {
    expect(exists(file)).toBe(true);
    for (const later of way.slice(way.indexOf(file) + 1)) expect(tried(file, `#${later.slice(5)}`)).toHaveLength(1);
  });

  test('a file of libs/pipeline that is not on the way', () => {
    expect(tried('libs/pipeline/planted.ts', './claim.js')).toHaveLength(1);
  });

  test('a circle between files, also of types only', () => {
    const files = new Map([
      ['libs/fim/a.ts', "import type { B } from './b.js';"],
      ['libs/fim/b.ts', "import { c } from '#fim/c.js';"],
      ['libs/fim/c.ts', "await import('./a.js');"],
      ['libs/fim/d.ts', "import { a } from './a.js';"],
    ]);
    expect(circles(files)).toEqual(['libs/fim/a.ts → libs/fim/b.ts → libs/fim/c.ts → libs/fim/a.ts']);
  });

  test('README and contract say what an adapter sees in the words of the check', () => {
    for (const file of ['README.md', 'contract.ts']) {
      const text = readFileSync(join(root, 'libs/adapters', file), 'utf8').replace(/\s+(?:\*\s+)?/g, ' ');
      expect(text).toContain(adapterSees);
    }
  });
});

describe('the boundaries', () => {
  test('have no circle: each library sees only what stands above it', () => {
    const order = Object.keys(sees);
    for (const [name, seen] of Object.entries(sees))
      expect(seen.filter((other) => !order.slice(0, order.indexOf(name)).includes(other))).toEqual([]);
  });

  test.each([
    ['libs/adapters/rest/adapter.ts', '@nestjs/common'],
    ['libs/adapters/rest/adapter.ts', '#broker/publisher.js'],
    ['libs/adapters/rest/adapter.ts', '#store/tasks.js'],
    ['libs/adapters/rest/adapter.ts', '#settings/settings.js'],
    ['libs/adapters/rest/adapter.ts', '#adapter-host/call.js'],
    ['libs/adapters/tools/outcomes.ts', '#adapter-host/http.js'],
    ['libs/adapters/kit/fake.ts', '#adapter-host/http.js'],
    ['libs/adapters/rest/adapter.ts', '../echo/adapter.js'],
    ['libs/adapters/rest/adapter.ts', '../kit/fake.js'],
    ['libs/pipeline/relay.ts', 'amqplib'],
    ['apps/gateway/gateway.ts', 'amqplib/callback_api'],
    ['test/kit/world.ts', 'pg'],
    ['apps/console/console.ts', 'node-pg-migrate'],
    ['libs/pipeline/run.ts', '@nestjs/common'],
    ['libs/fim/read.ts', '#settings/root.js'],
    ['libs/store/tasks.ts', '#pipeline/claim.js'],
    ['libs/store/tasks.ts', '../pipeline/claim.js'],
    ['libs/intake/service-bw/parse.ts', '#processes/load.js'],
    ['apps/gateway/gateway.ts', '../console/console.js'],
    ['libs/launch/start.ts', '../../apps/gateway/gateway.js'],
    ['libs/pipeline/run.ts', '../../test/kit/world.js'],
    ['libs/newcomer/thing.ts', '#store/tasks.js'],
  ])('%s must not import %s', (file, name) => {
    expect(tried(file, name)).toHaveLength(1);
  });

  test.each([
    ['libs/adapters/rest/adapter.ts', '../contract.js'],
    ['libs/adapters/rest/adapter.ts', '../tools/outcomes.js'],
    ['libs/adapters/rest/adapter.ts', './mapping.js'],
    ['libs/adapters/rest/fixtures.ts', '../kit/fake.js'],
    ['libs/broker/link.ts', 'amqplib'],
    ['libs/store/database.ts', 'pg'],
    ['libs/pipeline/claim.ts', '#store/tasks.js'],
    ['libs/fim/readme.test.ts', '#settings/root.js'],
    ['apps/gateway/gateway.ts', '@nestjs/core'],
  ])('%s may import %s', (file, name) => {
    expect(tried(file, name)).toEqual([]);
  });

  test('see an import that is only for types, or made while running', () => {
    const pg = "'pg'";
    for (const line of [
      `import type { X } from ${pg};`,
      `await import(${pg});`,
      `export * from ${pg};`,
      `import ${pg};`,
    ])
      expect(trespasses(new Map([['apps/worker/worker.ts', line]]))).toHaveLength(1);
  });
});

test.each([
  ["import { readFile } from 'node:fs/promises';", 'Dateien nur über context.folder'],
  ["import { connect } from 'node:net';", 'Verbindungen nur über context.http'],
  ["import { request } from 'undici';", 'Verbindungen nur über context.http'],
  ["await fetch('https://example.org');", 'Verbindungen nur über context.http'],
  ["const key = process.env['KEY'];", 'Einstellungen nur als Parameter'],
  ['setTimeout(() => {}, 1);', 'Zeit nur über context'],
  ['const { fetch: call } = globalThis;', 'Module nur mit ihrem Namen'],
  ['const call = fetch; await call(url);', 'Verbindungen nur über context.http'],
  ['import * as files from "fs";', 'Dateien nur über context.folder'],
  ["const { readFile } = await import('node:fs/promises');", 'Dateien nur über context.folder'],
  ["const { readFile } = await import('node:' + 'fs');", 'Module nur mit ihrem Namen'],
  ["import { createRequire } from 'node:module';", 'Module nur mit ihrem Namen'],
  ["const files = process.getBuiltinModule('fs');", 'Module nur mit ihrem Namen'],
  ["export { hostname } from 'node:os';", 'Verbindungen nur über context.http'],
  ['console.log(answer);', 'Ausgaben nur über context.log'],
  ["process.stdout.write('da');", 'Ausgaben nur über context.log'],
  ['const wait = setTimeout;', 'Zeit nur über context'],
  ['const at = new Date();', 'Zeit nur über context'],
])('an adapter goes no way round its context: %s', (source, rule) => {
  expect(trespasses(new Map([['libs/adapters/rest/adapter.ts', source]]))).toEqual([expect.stringContaining(rule)]);
  expect(trespasses(new Map([['libs/adapters/rest/fixtures.ts', source]]))).toEqual([]);
  expect(trespasses(new Map([['libs/adapters/kit/fake.ts', source]]))).toEqual([]);
});

test('what only computes, types, and words in comments and texts are no way round', () => {
  const source = [
    "import { createHash } from 'node:crypto';",
    "import type { Socket } from 'node:net';",
    '// fetch it, and setTimeout is the console of process.env',
    "const said = 'console, fetch(this) at https://example.org'; /* new Date() */",
    'box.fetch(at(new Date(text)));',
  ].join('\n');
  expect(trespasses(new Map([['libs/adapters/rest/adapter.ts', source]]))).toEqual([]);
});
