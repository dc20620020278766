import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { eventually } from '../kit/processes.js';
import { openTarget } from '../kit/target.js';
import { openWorld } from '../kit/world.js';

const ars = '081110000000';
const hundesteuer = '99102013104000';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const sent = `00-${traceId}-00f067aa0ba902b7-01`;
/** With consent: a register is asked first, so the trace goes through two tasks. */
const form = readFileSync(
  join(root, 'schemas/processes', hundesteuer, 'examples/valid-zwei-hunde-einwilligung.json'),
  'utf8',
);

let world: Awaited<ReturnType<typeof openWorld>>;
let target: Awaited<ReturnType<typeof openTarget>>;

beforeAll(async () => {
  target = await openTarget();
  world = await openWorld({ environment: { LOG_LEVEL: 'info' } });
  await world.setParameter(ars, '*', 'rest.baseUrl', target.url);
  await Promise.all([world.gateway.start(), world.worker.start()]);
}, 60_000);

afterAll(async () => {
  await world?.close();
  await target?.close();
});

/** Posts with these headers; resolves with the submission's id and the `traceparent` that the Fachverfahren saw. */
async function deliver(headers: Record<string, string>): Promise<{ submissionId: string; arrived: string }> {
  const answer = await fetch(`${world.gateway.url}/service-bw/v1/submissions?leistung=${hundesteuer}&ars=${ars}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await world.bearer()}`, 'content-type': 'application/json', ...headers },
    body: form,
  });
  const { submissionId } = (await answer.json()) as { submissionId: string };
  const effect = await eventually('the Fachverfahren sees the submission', () =>
    target.effects.find((one) => one.submissionId === submissionId),
  );
  return { submissionId, arrived: effect.traceparent! };
}

/** What an application logged about a submission. */
const linesOf = (app: 'gateway' | 'worker', submissionId: string) =>
  world[app].output
    .split('\n')
    .filter((line) => line.includes(submissionId))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('W3C trace context', () => {
  test('the trace of a portal goes on to the Fachverfahren, with a span of its own', async () => {
    const { submissionId, arrived } = await deliver({ traceparent: sent });
    expect(arrived).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    expect(arrived).not.toBe(sent);

    const attempts = await eventually('both attempts are in the log', () => {
      const lines = linesOf('worker', submissionId).filter((line) => line['message'] === 'attempted');
      return lines.length === 2 && lines;
    });
    expect(attempts).toEqual([
      expect.objectContaining({ traceId, step: 'melderegister', adapter: 'melderegister' }),
      expect.objectContaining({ traceId, step: 'zustellung', outcome: 'delivered', state: 'done' }),
    ]);
    const requests = await eventually('the request is in the log', () => {
      const lines = linesOf('gateway', submissionId);
      return lines.length > 0 && lines;
    });
    expect(requests).toEqual([expect.objectContaining({ traceId, status: 202 })]);
    for (const line of linesOf('worker', submissionId)) expect(line['traceId']).toBe(traceId);
  });

  test.each([
    ['without', {}],
    ['with one that cannot be read', { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }],
  ])('%s, a new trace starts at the gateway', async (_, headers: Record<string, string>) => {
    const { submissionId, arrived } = await deliver(headers);
    const [, started] = arrived.split('-');
    expect(started).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
    expect(started).not.toBe(traceId);
    await eventually('the request is in the log', () =>
      linesOf('gateway', submissionId).some((line) => line['traceId'] === started),
    );
    await eventually('the attempt is in the log', () =>
      linesOf('worker', submissionId).some((line) => line['step'] === 'zustellung' && line['traceId'] === started),
    );
  });
});
