import { describe, expect, test } from '@jest/globals';
import { sees, trespasses } from './boundaries.js';

const tried = (file: string, name: string) => trespasses(new Map([[file, `import { x } from '${name}';`]]));

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
    ['libs/adapters/rest/adapter.ts', '../call.js'],
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
    ['libs/ground/start.ts', '../../apps/gateway/gateway.js'],
    ['libs/pipeline/run.ts', '../../test/kit/world.js'],
    ['libs/newcomer/thing.ts', '#store/tasks.js'],
  ])('%s must not import %s', (file, name) => {
    expect(tried(file, name)).toHaveLength(1);
  });

  test.each([
    ['libs/adapters/rest/adapter.ts', '../contract.js'],
    ['libs/adapters/rest/adapter.ts', './message.js'],
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
  ['setTimeout(() => {}, 1);', 'Zeit nur über context.deadline'],
])('an adapter goes no way round its context: %s', (source, rule) => {
  expect(trespasses(new Map([['libs/adapters/rest/adapter.ts', source]]))).toEqual([expect.stringContaining(rule)]);
  expect(trespasses(new Map([['libs/adapters/rest/fixtures.ts', source]]))).toEqual([]);
  expect(trespasses(new Map([['libs/adapters/kit/fake.ts', source]]))).toEqual([]);
});
