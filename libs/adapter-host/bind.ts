import { z } from 'zod';
import type { Adapter, BoundSet, Manifest, Parameters } from '#adapters/contract.js';
import type { Json } from '#submission/vocabulary.js';
import { behind, type Fenced } from './fence/fence.js';
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

/** What the adapter itself says of a value of one parameter; nothing where it fits. */
export async function faultsOf(
  { manifest, [behind]: fence }: { manifest: Manifest } & Fenced,
  key: string,
  value: Json,
): Promise<{ path: PropertyKey[]; message: string; code: string }[]> {
  if (fence) return fence.judge(key, value);
  const field = manifest.parameters.shape[key] as z.ZodType;
  return field.safeParse(value, { error: z.locales.de().localeError }).error?.issues ?? [];
}

/** An adapter's bound set, also where its manifest declares none. */
export const boundSetOf = ({ boundSet, parameters }: Pick<Manifest, 'boundSet' | 'parameters'>): BoundSet =>
  boundSet ?? { parameters: Object.keys(parameters.shape) };

/**
 * Picks an adapter's own parameters from the effective values (by full name, secrets in the clear) and parses them. Of
 * an adapter behind a fence its own process parses them, again with every call, and `parameters` are the values.
 */
export async function bind(adapter: Adapter, values: Record<string, Json>): Promise<Bound | Misfit> {
  const { manifest } = adapter;
  const prefix = `${manifest.id}.`;
  const named = Object.entries(values).filter(([name]) => name.startsWith(prefix));
  const own = Object.fromEntries(named.map(([name, value]) => [name.slice(prefix.length), value]));
  const fence = (adapter as Fenced)[behind];
  const [fault] = (await fence?.parse(own).catch(() => undefined)) ?? []; // what cannot be asked now fails in its call
  const result = manifest.parameters.safeParse(own, { error: z.locales.de().localeError });
  if (fault || !result.success) {
    const issue = result.error?.issues[0];
    const isMissing = fault ? fault.missing : issue?.input === undefined && issue?.code === 'invalid_type';
    return {
      parameter: fullName(manifest, String((fault ?? issue)?.path[0] ?? '')),
      message: isMissing ? texts.outcomes.parameterMissing : (fault ?? issue)!.message,
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
    parameters: fence ? own : result.data,
    hosts,
    secrets: fields.filter(([key]) => meta(key).secret).map(([, value]) => value),
  };
}
