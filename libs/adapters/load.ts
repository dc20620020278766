import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { adapterKinds } from '#submission/vocabulary.js';
import type { Adapter } from './contract.js';

const here = dirname(fileURLToPath(import.meta.url));

const manifestSchema = z.object({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'kleine Buchstaben, Ziffern, Bindestriche'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'eine semantische Version'),
  kind: z.enum(adapterKinds),
  title: z.string().min(1),
  summary: z.string().min(1),
  accepts: z.array(z.string().regex(/^(\*|99\d{12})$/, 'Leistungsschlüssel oder *')).min(1),
  capabilities: z.object({
    find: z.boolean(),
    render: z.boolean(),
    status: z.boolean(),
    idempotentTarget: z.boolean(),
  }),
  deadline: z.number().int().min(100).max(600_000).optional(),
  settlesWithin: z.number().int().min(0).max(3_600_000).optional(),
  parameters: z.instanceof(z.ZodObject),
  dataCategories: z.array(z.string().min(1)),
  legalBasis: z.string().min(1),
});

/** The folder is the registration: every `libs/adapters/<id>/adapter.ts` exports `adapter`. Throws one sentence that names the folder. */
export async function loadAdapters(options: { only?: string[]; folder?: string } = {}): Promise<Map<string, Adapter>> {
  const folder = options.folder ?? here;
  const entries = await readdir(folder, { withFileTypes: true });
  const ids = entries
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'adapter.js')))
    .map((entry) => entry.name);
  const missing = options.only?.find((id) => !ids.includes(id));
  if (missing) throw new Error(`ADAPTERS nennt ${missing}; es gibt ${ids.sort().join(', ')}.`);
  const wanted = ids.filter((id) => !options.only || options.only.includes(id)).sort();
  return new Map(await Promise.all(wanted.map(async (id) => [id, await load(folder, id)] as const)));
}

async function load(folder: string, id: string): Promise<Adapter> {
  const { adapter } = (await import(pathToFileURL(join(folder, id, 'adapter.js')).href)) as { adapter?: Adapter };
  if (!adapter) throw new Error(`Adapter ${id}: adapter.ts exportiert kein „adapter“.`);
  const fault = faultOf(adapter, id);
  if (fault) throw new Error(`Adapter ${id}: ${fault}.`);
  return adapter;
}

/** What is wrong with an adapter as a whole, in a few words; undefined when nothing is. */
export function faultOf(adapter: Adapter, folder: string): string | undefined {
  const result = manifestSchema.safeParse(adapter.manifest);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    return `manifest.${issue.path.join('.')}: ${issue.message}`;
  }
  const { id, kind, capabilities } = adapter.manifest;
  if (id !== folder) return `manifest.id ist „${id}“, der Ordner heißt „${folder}“`;
  const methods = kind === 'register' ? ['check', 'lookup'] : ['check', 'deliver'];
  const absent = methods.find((method) => typeof Reflect.get(adapter, method) !== 'function');
  if (absent) return `die Methode ${absent} fehlt`;
  const declared = (['find', 'render', 'status'] as const).find(
    (name) => capabilities[name] !== (typeof Reflect.get(adapter, name) === 'function'),
  );
  if (declared) return `manifest.capabilities.${declared} stimmt nicht mit den Methoden überein`;
  return undefined;
}
