import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { checkedContent } from '#parameters/changes.js';
import type { Definitions } from '#parameters/definitions.js';
import { readMoment } from '#parameters/moment.js';
import { root } from '#settings/root.js';
import type { Database } from '#store/database.js';
import { appendVersions, type NewVersion, parameterHistory, type Version } from '#store/parameters.js';
import { filled } from '../../apps/simulator/demo/filled.js';

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
      ...(await checkedContent(definitions, key, sample, value)),
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

/** Whether nothing is to be set. A secret that is there stays: it could only be compared by decrypting it. */
function stands(history: Version[], sample: NewVersion): boolean {
  const last = history.at(-1);
  if (!last) return false;
  return last.author !== developmentAuthor || last.sealed !== undefined || isDeepStrictEqual(last.value, sample.value);
}
