import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Body, Controller, Get, Module, Param, Post, Req } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { TelemetryController, TelemetryParts } from '#telemetry/controller.js';
import type { Check } from '#telemetry/health.js';
import { openLog } from '#telemetry/log.js';
import { type Backlog, openMetrics } from '#telemetry/metrics.js';
import { nestLogger } from '#telemetry/nest.js';
import { observeRequests } from '#telemetry/requests.js';

const canary = 'Kanarienvogel';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const lines: string[] = [];
const checks: Record<string, Check> = {};
let backlog: () => Promise<Backlog>;
let app: NestFastifyApplication;
let base: string;

@Controller()
class Door {
  @Post('persons/:name')
  take(@Param('name') name: string, @Body() body: { fail?: boolean }, @Req() request: FastifyRequest) {
    request.about = { submissionId: '3c2d9f64-7a6b-4d0f-9a43-5b1e8c7d6f02', name };
    if (body.fail) throw new Error(`no place for ${JSON.stringify(body)}`);
    return { name };
  }

  @Get('quiet')
  quiet() {
    return {};
  }
}

beforeAll(async () => {
  const log = openLog('door', 'debug', { write: (line) => void lines.push(line) });
  const metrics = openMetrics('door', () => backlog());
  const telemetry: TelemetryParts = { checks, registry: metrics.registry };
  @Module({
    controllers: [Door, TelemetryController],
    providers: [{ provide: TelemetryParts, useValue: telemetry }],
  })
  class App {}
  app = await NestFactory.create<NestFastifyApplication>(App, new FastifyAdapter(), { logger: nestLogger(log) });
  observeRequests(app.getHttpAdapter().getInstance() as unknown as FastifyInstance, { log, metrics });
  await app.listen(0, '127.0.0.1');
  base = await app.getUrl();
  metrics.submissionsRejected.inc({ code: 'malformed' });
  metrics.tasks.inc({ adapter: 'rest', outcome: 'delivered' });
});
afterAll(() => app?.close());

const ready = async () => {
  const answer = await fetch(`${base}/health/ready`);
  return { status: answer.status, body: (await answer.json()) as unknown };
};
const fine: Check = () => ({ ok: true, detail: 'verbunden' });
function set(now: Record<string, Check>) {
  for (const name of Object.keys(checks)) delete checks[name];
  Object.assign(checks, now);
}

describe('health', () => {
  test('live depends on nothing', async () => {
    set({ database: () => Promise.reject(new Error('away')) });
    const answer = await fetch(`${base}/health/live`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'live' }]);
  });

  test('ready names every check', async () => {
    set({ database: fine, broker: async () => ({ ok: true, detail: 'verbunden' }) });
    expect(await ready()).toEqual({
      status: 200,
      body: {
        status: 'ready',
        checks: [
          { name: 'database', ok: true, detail: 'verbunden' },
          { name: 'broker', ok: true, detail: 'verbunden' },
        ],
      },
    });
  });

  test('a missing broker that is not needed leaves the app ready', async () => {
    set({ database: fine, broker: () => ({ ok: false, detail: 'getrennt', needed: false }) });
    expect(await ready()).toMatchObject({ status: 200, body: { status: 'degraded' } });
  });

  test('a missing database does not, and P3 its error is not quoted', async () => {
    set({
      database: () => Promise.reject(Object.assign(new Error(`no ${canary}`), { code: 'ECONNREFUSED' })),
      broker: () => ({ ok: false, detail: 'getrennt', needed: false }),
    });
    const found = await ready();
    expect(found).toMatchObject({ status: 503, body: { status: 'unready' } });
    expect(JSON.stringify(found)).toContain('nicht erreichbar (ECONNREFUSED)');
    expect(JSON.stringify(found)).not.toContain(canary);
  });

  test('a check that throws at once counts like one that rejects', async () => {
    set({
      database: () => {
        throw new Error(canary);
      },
    });
    expect(await ready()).toMatchObject({ status: 503 });
  });

  test('a check that hangs is given up after 2 s', async () => {
    set({ database: () => new Promise(() => {}), broker: fine });
    const before = performance.now();
    expect(await ready()).toMatchObject({
      status: 503,
      body: {
        checks: [
          { name: 'database', ok: false, detail: 'keine Antwort in 2 s' },
          { name: 'broker', ok: true },
        ],
      },
    });
    expect(performance.now() - before).toBeLessThan(4_000);
  });
});

describe('metrics', () => {
  const nothing = {
    lanesOpen: 0,
    lanesClosed: 0,
    hostsSilent: 0,
    hostsFull: 0,
    deadLetters: 0,
    notices: 0,
    oldestWaitingSeconds: 0,
    evidence: { lag: 0 },
  };
  const scrape = async () => {
    const answer = await fetch(`${base}/metrics`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    return (await answer.text())
      .split('\n')
      .filter((line) => /^(stellwerk|process_cpu_seconds)_/.test(line))
      .join('\n');
  };

  test('tell the process, our counters and what waits', async () => {
    backlog = async () => ({
      ...nothing,
      lanesOpen: 7,
      lanesClosed: 2,
      hostsSilent: 1,
      deadLetters: 3,
      oldestWaitingSeconds: 1.5,
      evidence: { sealed: { size: 12 }, lag: 0.5, transaction: { name: 'pg_dump, 17', seconds: 61 } },
    });
    const text = await scrape();
    expect(text).toContain('process_cpu_seconds_total{app="door"}');
    expect(text).toContain('stellwerk_submissions_rejected_total{code="malformed",app="door"} 1');
    expect(text).toContain('stellwerk_tasks_total{adapter="rest",outcome="delivered",app="door"} 1');
    expect(text).toContain('stellwerk_lanes{state="open",app="door"} 7');
    expect(text).toContain('stellwerk_lanes{state="closed",app="door"} 2');
    expect(text).toContain('stellwerk_hosts{state="silent",app="door"} 1');
    expect(text).toContain('stellwerk_dead_letters{app="door"} 3');
    expect(text).toContain('stellwerk_oldest_waiting_seconds{app="door"} 1.5');
    expect(text).toContain('stellwerk_sealed_entries{app="door"} 12');
    expect(text).toContain('stellwerk_seal_lag_seconds{app="door"} 0.5');
    expect(text).toContain('stellwerk_oldest_transaction_seconds{transaction="pg_dump, 17",app="door"} 61');
  });

  test('are there while the store is not', async () => {
    backlog = () => Promise.reject(new Error('away'));
    const text = await scrape();
    expect(text).toContain('stellwerk_dead_letters{app="door"} Nan');
    expect(text).toContain('process_cpu_seconds_total');
  });

  test('have no label that grows with municipalities, Leistungen or addresses', async () => {
    backlog = async () => nothing;
    for (const name of ['a', 'b', 'c']) await fetch(`${base}/nowhere/${name}`);
    const labels = new Set(
      [...(await scrape()).matchAll(/^stellwerk_\w+\{([^}]*)\}/gm)].flatMap(([, all]) => all!.match(/\w+(?==)/g) ?? []),
    );
    for (const label of labels)
      expect([
        'app',
        'code',
        'adapter',
        'outcome',
        'state',
        'method',
        'route',
        'status',
        'le',
        'result',
        'reason',
        'direction',
        'transaction',
      ]).toContain(label);
    expect(await scrape()).not.toContain('nowhere');
  });
});

describe('P3 a request', () => {
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${base}/persons/${canary}?also=${canary}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-name': canary, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const parsed = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const answered = (status: number) =>
    parsed().filter((line) => line['message'] === 'answered' && line['status'] === status);

  test('is one line with its route, the trace of its caller and what the handler says it is about', async () => {
    lines.length = 0;
    expect((await post({ name: canary }, { traceparent: `00-${traceId}-00f067aa0ba902b7-01` })).status).toBe(201);
    expect(answered(201)).toEqual([
      expect.objectContaining({
        level: 'info',
        app: 'door',
        method: 'POST',
        route: '/persons/:name',
        status: 201,
        traceId,
        submissionId: '3c2d9f64-7a6b-4d0f-9a43-5b1e8c7d6f02',
        durationMs: expect.any(Number),
      }),
    ]);
    expect(lines.join()).not.toContain(canary);
  });

  test('starts a trace when its caller has none', async () => {
    lines.length = 0;
    await post({ name: canary }, { traceparent: canary });
    expect(answered(201)[0]!['traceId']).toMatch(/^[0-9a-f]{32}$/);
  });

  test('is counted by its template', async () => {
    const text = await (await fetch(`${base}/metrics`)).text();
    expect(text.match(/^stellwerk_http_request_duration_seconds_count.*POST.*$/gm)?.join()).toMatch(
      /_http_request_duration_seconds_count\{app="door",method="POST",route=".persons.:name",status="201"\} \d/,
    );
    expect(text).not.toContain(canary);
  });

  test('that breaks leaves nothing of its content in the log, whatever broke', async () => {
    lines.length = 0;
    expect((await post({ fail: true, name: canary })).status).toBe(500);
    expect((await post(`{"name": "${canary}"`)).status).toBe(400);
    expect((await fetch(`${base}/${canary}`)).status).toBe(404);
    expect(parsed().some((line) => line['level'] === 'error')).toBe(true);
    expect(answered(500)[0]).toMatchObject({ level: 'warn' });
    expect(answered(404)).toHaveLength(1);
    expect(lines.join('\n')).not.toContain(canary);
  });

  test('for health and metrics is debug, so that a log at info is not full of them', async () => {
    lines.length = 0;
    await fetch(`${base}/health/live`);
    expect(parsed()).toEqual([expect.objectContaining({ level: 'debug', route: '/health/live' })]);
  });
});
