import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { freePort } from '../ports.js';
import { startBrokerContainer } from './docker.js';

describe('RabbitMQ in a container', () => {
  const path = process.env.PATH;
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'docker-'));
    process.env.PATH = `${home}${delimiter}${path}`;
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(home, { recursive: true });
  });

  test('says why the image cannot be had, not where the manual is', async () => {
    const client = `#!/bin/sh
echo "Unable to find image 'rabbitmq:4' locally" >&2
echo "docker: Error response from daemon: no such host" >&2
echo "" >&2
echo "Run 'docker run --help' for more information" >&2
exit 125
`;
    writeFileSync(join(home, 'docker'), client, { mode: 0o755 });
    const ports = { amqp: await freePort(), distribution: 0, epmd: 0 };
    const server = startBrokerContainer({ home, ports, user: 'test', password: 'test' });
    await expect(server.ready).rejects.toThrow(/Container: Error response from daemon: no such host$/);
    expect(server.lastWords?.()).toBe('Error response from daemon: no such host');
    await server.stop();
  });
});
