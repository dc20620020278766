import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { root } from '#settings/root.js';
import type { Database } from '#store/database.js';
import { appendVersions, type NewVersion, parameterHistory, type Version } from '#store/parameters.js';
import type { Json } from '#submission/vocabulary.js';
import { checkedContent } from './changes.js';
import type { Definitions } from './definitions.js';
import { readMoment } from './moment.js';

export const developmentAuthor = 'development';

const samples = z.array(
  z.strictObject({
    region: z.string(),
    leistung: z.string(),
    name: z.string(),
    value: z.json(),
    validFrom: z.string(),
    reason: z.string(),
  }),
);

/**
 * Sets the sample values of `schemas/parameters/development.json`, again if one of them has changed, but never a value
 * that a person has written. Returns how many were set.
 * @throws Problem if a sample does not fit its definition
 */
export async function loadDevelopmentValues(options: {
  db: Database;
  key: Uint8Array;
  definitions: Definitions;
  /** The values of `{name}` in a sample, as the simulator's `/control/development` reports them. */
  values: Record<string, string | number>;
}): Promise<number> {
  const { db, key, definitions, values } = options;
  const fresh: NewVersion[] = [];
  for (const { value, validFrom, ...sample } of readSamples(values)) {
    const version = {
      ...sample,
      author: developmentAuthor,
      validFrom: readMoment(validFrom)!,
      ...checkedContent(definitions, key, sample, value),
    };
    if (!stands(await parameterHistory(db, version), version)) fresh.push(version);
  }
  if (fresh.length > 0) await appendVersions(db, fresh, db.now());
  return fresh.length;
}

function readSamples(values: Record<string, string | number>) {
  const text = readFileSync(join(root, 'schemas/parameters/development.json'), 'utf8');
  return samples.parse(filled(JSON.parse(text), values));
}

/**
 * Replaces every `{name}` that `values` knows. A text that consists of nothing else becomes the value itself, even a
 * number.
 */
export function filled(sample: Json, values: Record<string, string | number>): Json {
  if (typeof sample === 'string') {
    const whole = values[/^\{(\w+)\}$/.exec(sample)?.[1] ?? ''];
    return whole ?? sample.replace(/\{(\w+)\}/g, (text, name: string) => String(values[name] ?? text));
  }
  if (sample === null || typeof sample !== 'object') return sample;
  if (Array.isArray(sample)) return sample.map((one) => filled(one, values));
  return Object.fromEntries(Object.entries(sample).map(([name, value]) => [name, filled(value, values)]));
}

/** Whether nothing is to be set. A secret that is there stays: it could only be compared by decrypting it. */
function stands(history: Version[], sample: NewVersion): boolean {
  const last = history.at(-1);
  if (!last) return false;
  return last.author !== developmentAuthor || last.sealed !== undefined || isDeepStrictEqual(last.value, sample.value);
}
