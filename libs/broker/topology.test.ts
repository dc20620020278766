import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from '@asyncapi/parser';
import { describe, expect, test } from '@jest/globals';
import { loadAdapters } from '#adapter-host/load.js';
import { root } from '#settings/root.js';
import { asyncApi } from '../../test/check/asyncapi.js';
import { taskExchange, taskQueue, topology } from './topology.js';

const declared = topology(['echo', 'rest']);

describe('the topology', () => {
  test('gives every adapter one queue, bound by its id', () => {
    for (const adapter of ['echo', 'rest'])
      expect(declared.bindings.filter(({ exchange, key }) => exchange === taskExchange && key === adapter)).toEqual([
        { exchange: taskExchange, queue: taskQueue(adapter), key: adapter },
      ]);
  });

  test('binds only what it declares', () => {
    for (const { exchange, queue } of declared.bindings) {
      expect(declared.exchanges.map(({ name }) => name)).toContain(exchange);
      expect(declared.queues.map(({ name }) => name)).toContain(queue);
    }
  });

  test('P1 dead-letters every task queue to an exchange with a queue behind it', () => {
    for (const queue of declared.queues.filter(({ adapter }) => adapter)) {
      const deadLetters = queue.arguments['x-dead-letter-exchange'];
      expect(declared.bindings.filter(({ exchange }) => exchange === deadLetters)).not.toHaveLength(0);
      expect(queue.arguments['x-delivery-limit']).toBe(20);
    }
  });

  test('declares task queues as version 0.2.0 did, or a broker that has them would refuse', () => {
    expect(declared.queues[0]).toMatchObject({
      name: 'stellwerk.task.echo',
      arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 20, 'x-dead-letter-exchange': 'stellwerk.strays' },
    });
  });

  test('P1 sets no limit of length or time that could drop a ticket, and replicates every queue', () => {
    for (const queue of declared.queues) {
      expect(Object.keys(queue.arguments)).not.toContainEqual(expect.stringMatching(/max-length|ttl|expires|overflow/));
      expect(queue.arguments['x-queue-type']).toBe('quorum');
    }
  });
});

describe('docs/asyncapi.json', () => {
  const file = join(root, 'docs/asyncapi.json');

  test('is what the topology of the adapters in the tree says', async () => {
    const adapters = [...(await loadAdapters()).keys()];
    const document = `${JSON.stringify(asyncApi(topology(adapters)), null, 2)}\n`;
    expect(readFileSync(file, 'utf8')).toBe(document);
  });

  test('is valid AsyncAPI 3', async () => {
    const { document, diagnostics } = await new Parser().parse(readFileSync(file, 'utf8'));
    expect(diagnostics).toEqual([]);
    expect(document?.version()).toMatch(/^3\./);
  });
});
