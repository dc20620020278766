import { z } from 'zod';
import type { Adapter, BoundSet, Manifest, Parameters } from '#adapters/contract.js';
import type { Json } from '#submission/vocabulary.js';
import { texts } from './texts.js';

/** An adapter's parameters, ready for a call. */
export interface Bound {
  parameters: Parameters;
  /** `host[:port]` → full name of the parameter that names it. An adapter reaches no other host. */
  hosts: Map<string, string>;
  secrets: string[];
}

/** The first parameter that does not fit the manifest's schema, and what is wrong with it. */
export interface Misfit {
  /** Full name. */
  parameter: string;
  /** German, without the value. */
  message: string;
}

export const fullName = (manifest: Pick<Manifest, 'id'>, key: string) =>
  key.startsWith(`${manifest.id}.`) ? key : `${manifest.id}.${key}`;

/** What `.meta()` says about a field, also below `.optional()` and `.default()`. */
export function metaOf(field: z.ZodType): { secret?: boolean; host?: boolean; description?: string } {
  const inner = (field as { def?: { innerType?: z.ZodType } }).def?.innerType;
  return { ...(inner ? metaOf(inner) : {}), ...field.meta() };
}

/** An adapter's bound set, also where its manifest declares none. */
export const boundSetOf = ({ boundSet, parameters }: Pick<Manifest, 'boundSet' | 'parameters'>): BoundSet =>
  boundSet ?? { parameters: Object.keys(parameters.shape) };

/** Picks an adapter's own parameters from the effective values (by full name, secrets in the clear) and parses them. */
export function bind({ manifest }: Adapter, values: Record<string, Json>): Bound | Misfit {
  const prefix = `${manifest.id}.`;
  const own = Object.entries(values).filter(([name]) => name.startsWith(prefix));
  const result = manifest.parameters.safeParse(
    Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value])),
    {
      error: z.locales.de().localeError,
    },
  );
  if (!result.success) {
    const issue = result.error.issues[0]!;
    return {
      parameter: fullName(manifest, String(issue.path[0] ?? '')),
      message:
        issue.input === undefined && issue.code === 'invalid_type' ? texts.outcomes.parameterMissing : issue.message,
    };
  }
  const fields = Object.entries(result.data).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const meta = (key: string) => metaOf(manifest.parameters.shape[key] as z.ZodType);
  const hosts = new Map<string, string>();
  const bound = boundSetOf(manifest).parameters;
  for (const [key, value] of fields.filter(([key]) => bound.includes(key))) {
    const { host: isHost } = meta(key);
    const host = isHost ? value : isHost !== false && URL.parse(value)?.host;
    if (host && !hosts.has(host)) hosts.set(host, fullName(manifest, key));
  }
  return {
    parameters: result.data,
    hosts,
    secrets: fields.filter(([key]) => meta(key).secret).map(([, value]) => value),
  };
}
