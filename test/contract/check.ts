import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect } from '@jest/globals';
import { issueCertificate, makeAuthority } from '#adapters/kit/certificates.js';
import type { Json } from '#submission/vocabulary.js';
import { type Check, inOwnWords, knows, type Probed, Stage, speaksHttp, wordings } from './subject.js';
import { impatience, soon } from './trial.js';

/** Runs a connection test and returns the steps that failed. It must write nothing, whatever happens. */
async function failing(stage: Stage, values: Record<string, Json> = {}, deadline = soon(5_000)) {
  const trial = stage.trial(values);
  const steps = await trial.check({ deadline });
  expect(stage.target.writes).toEqual([]);
  expect(stage.target.effects).toEqual([]);
  expect(trial.checkpoints.size).toBe(0);
  return steps.filter((step) => !step.ok);
}

/** The connection test: each failure has its step, and nothing is written. */
export const checkChecks: Check<Probed>[] = [
  {
    name: 'check says step by step that all is well',
    async run(subject) {
      await using stage = await Stage.open(subject);
      expect((await stage.trial().check()).length).toBeGreaterThan(0);
      expect(await failing(stage)).toEqual([]);
    },
  },
  {
    name: 'check names the parameter when credentials are wrong',
    async run(subject) {
      const { wrongCredentials } = subject.fixture;
      await using stage = await Stage.open(subject);
      expect(await failing(stage, wrongCredentials.values)).toMatchObject([
        { step: 'authenticate', parameter: wrongCredentials.blames },
      ]);
      for (const trouble of inOwnWords(subject, 'unauthorized')) {
        await using refusing = await Stage.open(subject, trouble);
        expect(await failing(refusing)).toMatchObject([{ step: 'authenticate', parameter: wrongCredentials.blames }]);
      }
    },
  },
  {
    name: 'check names the connection when nobody listens',
    async run(subject) {
      await using stage = await Stage.open(subject);
      expect(await failing(stage, stage.nobody())).toMatchObject([
        { step: 'connect', parameter: subject.fixture.address },
      ]);
    },
  },
  {
    name: 'check names the connection when it drops',
    when: (subject) => knows(subject, 'down'),
    async run(subject) {
      await using stage = await Stage.open(subject, { kind: 'down' });
      expect(await failing(stage)).toMatchObject([{ step: 'connect' }]);
    },
  },
  {
    name: 'check names TLS when the target speaks none',
    when: speaksHttp,
    async run(subject) {
      const { address } = subject.fixture;
      await using stage = await Stage.open(subject);
      const plain = String(stage.target.values[address]);
      if (plain.startsWith('http:'))
        expect(await failing(stage, { [address]: plain.replace('http:', 'https:') })).toMatchObject([
          { step: 'tls', parameter: address },
        ]);
    },
  },
  {
    name: 'check names TLS when the certificate has run out',
    when: speaksHttp,
    async run(subject) {
      await using stage = await Stage.open(subject);
      await using late = await startExpired();
      const { address, authority } = subject.fixture;
      expect(await failing(stage, { [address]: late.url, ...(authority && { [authority]: late.ca }) })).toMatchObject([
        { step: 'tls', parameter: address, ...(authority && { message: expect.stringContaining('EXPIRED') }) },
      ]);
    },
  },
  {
    name: 'check ends at the deadline when the target hangs, and leaves nothing running',
    when: (subject) => knows(subject, 'hang'),
    async run(subject) {
      await using stage = await Stage.open(subject, { kind: 'hang' });
      const trial = stage.trial();
      const steps = await trial.check({ deadline: soon(impatience) });
      expect(steps.filter((step) => !step.ok)).toMatchObject([{ step: 'connect' }]);
      expect(await trial.idle()).toBe(true);
    },
  },
  {
    name: 'check says no when the target is there but disturbed',
    when: (subject) => wordings(subject, 'busy').length > 0,
    async run(subject) {
      for (const trouble of wordings(subject, 'busy')) {
        await using stage = await Stage.open(subject, trouble);
        expect((await failing(stage)).length).toBeGreaterThan(0);
      }
    },
  },
];

async function startExpired() {
  const authority = await makeAuthority('Stellwerk-Test');
  const hosts = ['localhost', '127.0.0.1'];
  const { certificate, key } = await issueCertificate(authority, { name: 'localhost', hosts, days: -1 });
  const server = createServer({ cert: certificate, key }, (_, response) => response.end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ca: authority.certificate,
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
