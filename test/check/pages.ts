import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { loadAdapters } from '#adapter-host/load.js';
import { topology } from '#broker/topology.js';
import { readSettings, settingsSchema } from '#settings/settings.js';
import { openLog } from '#telemetry/log.js';
import { openMetrics } from '#telemetry/metrics.js';
import { consoleModule } from '../../apps/console/console.module.js';
import { consoleDocument } from '../../apps/console/openapi.js';
import { gatewayModule } from '../../apps/gateway/gateway.module.js';
import { gatewayDocument } from '../../apps/gateway/openapi.js';
import { asyncApi } from './asyncapi.js';

/** What is generated besides the adapters' pages: path from the root → content. */
export async function pages(): Promise<Map<string, string>> {
  const adapters = [...(await loadAdapters()).keys()];
  return new Map([
    ['docs/settings.md', settingsPage()],
    ['docs/asyncapi.json', json(asyncApi(topology(adapters)))],
    ['docs/openapi/gateway.json', json(await gatewayApi())],
    ['docs/openapi/console.json', json(await consoleApi())],
  ]);
}

const json = (document: unknown) => `${JSON.stringify(document, null, 2)}\n`;

interface Property {
  description?: string;
  default?: string | number | string[];
  enum?: string[];
}

/** The settings as a table. Throws an Error for a setting without a description. */
export function settingsPage(): string {
  const { properties } = z.toJSONSchema(settingsSchema, { io: 'input' }) as { properties: Record<string, Property> };
  const rows = Object.entries(properties).map(([name, { description, default: value, enum: choices }]) => {
    if (!description) throw new Error(`Einstellung ${name} hat keine Beschreibung.`);
    const meaning = choices ? `${description} (${choices.map(code).join(', ')})` : description;
    return `| \`${name}\` | ${value === undefined || String(value) === '' ? '' : code(value)} | ${meaning} |`;
  });
  return [
    '<!-- Generated from libs/settings/settings.ts; change it there, then run npm run check -- --write -->',
    '',
    '# Settings',
    '',
    'Environment variables, read and checked once at the start. An empty one counts as not set.',
    '',
    '| Setting | Default | Meaning |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

const code = (value: unknown) => `\`${value}\``;

/** The applications are put together with nothing behind them, which is enough to describe themselves. */
const none = undefined as never;
const settings = readSettings({});
const log = openLog('check', 'silent');

async function gatewayApi() {
  const module = gatewayModule({
    settings,
    log,
    metrics: openMetrics('gateway'),
    db: none,
    key: none,
    numbers: none,
    personsOf: none,
    accept: none,
    informer: none,
    reception: none,
    limits: none,
    rate: none,
    failedLogins: none,
    noteView: none,
    bodies: none,
    checks: {},
  });
  return gatewayDocument(await NestFactory.create(module, new FastifyAdapter(), { logger: false }));
}

async function consoleApi() {
  const module = consoleModule({
    settings,
    log,
    metrics: openMetrics('console'),
    db: none,
    adapters: none,
    processes: none,
    parameters: none,
    changes: none,
    schemas: none,
    failedLogins: none,
    numbers: none,
    accessLog: none,
    noteView: none,
    jobs: none,
    finders: none,
  });
  return consoleDocument(await NestFactory.create(module, new FastifyAdapter(), { logger: false }));
}
