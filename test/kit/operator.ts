import 'reflect-metadata';
import { type INestApplication, StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { AccessGuard } from '#access/guard.js';
import type { Role } from '#access/rights.js';
import { startReplayJobs } from '#operator/replay-job.js';
import { ProblemFilter } from '#problems/filter.js';
import type { Database, Row } from '#store/database.js';
import { openNumbers } from '#submission/number.js';
import { DeadLettersController } from '../../apps/console/dead-letters.controller.js';
import { LanesController } from '../../apps/console/lanes.controller.js';
import { ConsoleParts } from '../../apps/console/parts.js';
import { PendingController } from '../../apps/console/pending.controller.js';
import { ReplaysController } from '../../apps/console/replays.controller.js';
import { SubmissionsController } from '../../apps/console/submissions.controller.js';

export interface Answer {
  status: number;
  body: Row;
  headers: Headers;
}

export interface Caller {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
}

/** The operator's half of the console on a free port, with an issuer of its own. */
export async function openOperator(db: Database, options: { finders?: string[]; working?: boolean } = {}) {
  const operatorContext = { db, finders: options.finders ?? [] };
  const errors: unknown[] = [];
  const jobs = options.working === false ? undefined : startReplayJobs(operatorContext, (error) => errors.push(error));
  const issuer = await testIssuer();
  const numbers = openNumbers(Buffer.alloc(32, 7));
  const parts = { ...operatorContext, numbers, jobs: jobs ?? { wake() {} } };
  const app = await serve(parts, issuer.trust, (error) => errors.push(error));
  const origin = await app.getUrl();
  return {
    operatorContext,
    errors,
    async as(client: string, role: Role, regions: string[] = []): Promise<Caller> {
      const token = await issuer.token(client, role, regions);
      return { get: (path) => ask(origin + path, token), post: (path, body) => ask(origin + path, token, body ?? {}) };
    },
    async close() {
      await jobs?.stop();
      await app.close();
    },
  };
}

export type OpenOperator = Awaited<ReturnType<typeof openOperator>>;

async function serve(
  parts: Pick<ConsoleParts, 'db' | 'finders' | 'numbers' | 'jobs'>,
  trust: ConstructorParameters<typeof AccessGuard>[0],
  onError: (error: unknown) => void,
): Promise<INestApplication> {
  const module = {
    module: class OperatorModule {},
    controllers: [DeadLettersController, LanesController, PendingController, ReplaysController, SubmissionsController],
    providers: [{ provide: ConsoleParts, useValue: parts }],
  };
  const app = await NestFactory.create(module, new FastifyAdapter(), { logger: false });
  app.useGlobalGuards(new AccessGuard(trust));
  app.useGlobalFilters(new ProblemFilter((_, fields) => onError(fields)));
  app.useGlobalPipes(new StandardSchemaValidationPipe());
  await app.listen(0, '127.0.0.1');
  return app;
}

async function testIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwks = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] });
  const claims = (client: string, role: Role, regions: string[]) => ({
    client_id: client,
    scope: 'submissions',
    stellwerk_role: role,
    stellwerk_regions: regions,
  });
  return {
    trust: {
      issuer: 'https://issuer.test',
      audience: 'stellwerk',
      types: ['at+jwt'],
      longestLifetime: 3600,
      developmentClients: true,
      jwks,
    },
    token: (client: string, role: Role, regions: string[]) =>
      new SignJWT(claims(client, role, regions))
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
        .setIssuer('https://issuer.test')
        .setAudience('stellwerk')
        .setIssuedAt()
        .setExpirationTime('10m')
        .sign(privateKey),
  };
}

async function ask(url: string, token: string, body?: unknown): Promise<Answer> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const answer = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text && JSON.parse(text), headers: answer.headers };
}
