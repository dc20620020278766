import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { root } from '#settings/root.js';
import type { Settings } from '#settings/settings.js';
import { authorOf } from '../portal/clients.js';
import { tokenSource } from '../portal/token.js';
import { texts } from '../texts.js';
import { demosOf } from './adapters.js';
import { filled } from './filled.js';

const sampleSchema = z.object({
  region: z.string(),
  leistung: z.string(),
  name: z.string(),
  value: z.json(),
  validFrom: z.string(),
  reason: z.string(),
});
type Sample = z.infer<typeof sampleSchema>;

const historySchema = z.object({
  etag: z.string(),
  versions: z.array(z.object({ author: z.string(), value: z.json().optional(), set: z.literal(true).optional() })),
});

/** Addresses of the applications, and the packages that may bring a `demo.json`. */
type Addresses = Pick<Settings, 'consoleUrl' | 'issuer' | 'simulatorUrl' | 'ADAPTER_PACKAGES'>;

/**
 * Sets the sample values of `schemas/parameters/development.json`, and those of every adapter's `demo.json`, over the
 * console, each in the name of its region, where nobody else has set anything. A value of its own is set anew where it
 * has changed, for instance the simulator's address. Returns how many it set. Throws when the console or the identity
 * provider does not answer.
 */
export async function setDevelopmentValues(settings: Addresses): Promise<number> {
  const tokens = new Map<string, () => Promise<string>>();
  let count = 0;
  for (const sample of await readSamples(settings)) {
    const author = authorOf(sample.region);
    const token = tokens.get(author) ?? tokenSource(settings.issuer, author);
    tokens.set(author, token);
    if (await set(settings.consoleUrl, await token(), sample)) count++;
  }
  return count;
}

/** Sets them as soon as the console answers: tries every second until `signal` ends it. */
export async function setDevelopmentValuesSoon(settings: Addresses, signal: AbortSignal): Promise<number> {
  while (true) {
    try {
      return await setDevelopmentValues(settings);
    } catch {
      await pause(1_000, undefined, { signal });
    }
  }
}

async function readSamples({ simulatorUrl, ADAPTER_PACKAGES }: Addresses): Promise<Sample[]> {
  const text = await readFile(join(root, 'schemas/parameters/development.json'), 'utf8');
  const answer = await fetch(`${simulatorUrl}/control/development`);
  const values = z.record(z.string(), z.union([z.string(), z.number()])).parse(await answer.json());
  const demos = (await demosOf(ADAPTER_PACKAGES)).flatMap(({ id, ars, leistung, values: own, land }) => {
    const setting = { leistung, validFrom: '2025-01-01', reason: texts.demo.ownDemo(id) };
    return [
      ...Object.entries(own).map(([name, value]) => ({ region: ars, name, value, ...setting })),
      ...Object.entries(land).map(([name, value]) => ({ region: '08', name, value, ...setting })),
    ];
  });
  return z.array(sampleSchema).parse(filled([...JSON.parse(text), ...demos], values));
}

async function set(
  consoleUrl: string,
  token: string,
  { region, leistung, name, ...setting }: Sample,
): Promise<boolean> {
  const url = `${consoleUrl}/api/v1/parameters/${region}/${leistung}/${name}`;
  const authorization = `Bearer ${token}`;
  const read = await fetch(url, { headers: { authorization } });
  if (!read.ok) throw new Error(`GET ${url}: ${read.status}`);
  const { etag, versions } = historySchema.parse(await read.json());
  const [newest] = versions;
  if (newest && (newest.author !== authorOf(region) || newest.set || isDeepStrictEqual(newest.value, setting.value)))
    return false;
  const written = await fetch(url, {
    method: 'PUT',
    headers: { authorization, 'content-type': 'application/json', 'if-match': etag },
    body: JSON.stringify(setting),
  });
  if (written.status === 412) return false;
  if (!written.ok) throw new Error(`PUT ${url}: ${written.status}`);
  return true;
}
