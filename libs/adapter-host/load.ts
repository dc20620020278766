import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Adapter, Manifest } from '#adapters/contract.js';
import { root } from '#settings/root.js';
import { adapterKinds, trustLevels } from '#submission/vocabulary.js';
import { boundSetOf, metaOf } from './bind.js';
import { fenceAround } from './fence/fence.js';
import { texts } from './texts.js';

/** Where the adapters of this repository lie, as compiled. */
const builtIn = join(dirname(fileURLToPath(import.meta.url)), '../adapters');

const manifestSchema = z.strictObject({
  contract: z.literal(1, texts.manifest.contract),
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, texts.manifest.id),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, texts.manifest.version),
  kind: z.enum(adapterKinds),
  title: z.string().min(1),
  summary: z.string().min(1),
  accepts: z.array(z.string().regex(/^(\*|99\d{12})$/, texts.manifest.accepts)).min(1),
  protocols: z.array(z.string().min(1)).min(1),
  capabilities: z.object({
    find: z.boolean(),
    render: z.boolean(),
    status: z.boolean(),
    idempotentTarget: z.boolean(),
  }),
  formats: z
    .array(z.enum(['json', 'xml', 'csv']))
    .min(1)
    .optional(),
  refusesWith: z.record(z.string().regex(/^5\d\d$/, texts.manifest.refusesWith), z.string().min(1)).optional(),
  volatile: z.record(z.string(), z.string().min(1)).optional(),
  attributes: z.record(z.string(), z.string().min(1)).optional(),
  trustLevel: z.enum(trustLevels).optional(),
  deadline: z.number().int().min(100).max(600_000).optional(),
  findableWithin: z.number().int().min(0).max(3_600_000).optional(),
  parameters: z.custom<z.ZodObject>((value) => (value as z.ZodType)?.def?.type === 'object', texts.manifest.parameters),
  boundSet: z.strictObject({ parameters: z.array(z.string()).min(1), level: z.literal('land').optional() }).optional(),
  dataCategories: z.array(z.string().min(1)),
  legalBasis: z.string().min(1),
});

/**
 * Loads all adapters, by id. The folder is the registration: every `libs/adapters/<id>/adapter.ts` exports `adapter`,
 * and so do earlier major versions in `<id>/v1`, `<id>/v2`, … and the packages that are named, which run behind a fence
 * ({@link fenceAround}). Throws one German sentence that names the folder.
 * @param options.packages names of installed packages, or folders (`./…`, `/…`) with a package.json
 */
export async function loadAdapters(
  options: { only?: string[] | undefined; packages?: string[] | undefined; folder?: string } = {},
): Promise<Map<string, Adapter>> {
  const folder = options.folder ?? builtIn;
  const own = (await foldersIn(folder)).filter((name) => existsSync(join(folder, name, 'adapter.js')));
  const adapters = [
    ...(await Promise.all(own.map((id) => loadFolder(join(folder, id), id)))),
    ...(await Promise.all((options.packages ?? []).map(loadPackage))),
  ];
  const ids = adapters.map(({ manifest }) => manifest.id).sort();
  const twice = ids.find((id, i) => ids.indexOf(id) < i);
  if (twice) throw new Error(texts.load.twice(twice));
  const all = adapters.map((adapter) => [adapter.manifest.id, adapter] as const);
  return narrowed(new Map(all.sort(([a], [b]) => (a < b ? -1 : 1))), options.only);
}

/** Those that `only` names; all where it is absent. Throws one German sentence for a name that is no adapter's. */
export function narrowed(adapters: Map<string, Adapter>, only: string[] | undefined): Map<string, Adapter> {
  const missing = only?.find((id) => !adapters.has(id));
  if (missing) throw new Error(texts.load.unknown(missing, [...adapters.keys()].join(', ')));
  return only ? new Map([...adapters].filter(([id]) => only.includes(id))) : adapters;
}

/**
 * The major version that the region chose with `<id>.version`, or the newest. Undefined where there is no such version.
 */
export function versionOf(adapter: Adapter, chosen: unknown): Adapter | undefined {
  if (chosen === undefined) return adapter;
  return versionsOf(adapter).find(({ manifest }) => majorOf(manifest) === String(chosen));
}

/** The adapter and its earlier major versions, newest first. */
export const versionsOf = (adapter: Adapter): Adapter[] => [adapter, ...(adapter.earlier ?? [])];
export const majorOf = ({ version }: { version: string }) => version.split('.')[0]!;

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function loadFolder(folder: string, id: string): Promise<Adapter> {
  const adapter = checked(await import(pathToFileURL(join(folder, 'adapter.js')).href), id);
  const names = (await foldersIn(folder)).filter((name) => /^v\d+$/.test(name));
  if (names.length === 0) return adapter;
  const earlier = await Promise.all(
    names.map(async (name) => checked(await import(pathToFileURL(join(folder, name, 'adapter.js')).href), id)),
  );
  const majors = [adapter, ...earlier].map(({ manifest }) => majorOf(manifest));
  if (new Set(majors).size < majors.length) throw new Error(texts.load.sameMajor(id));
  earlier.sort((a, b) => Number(majorOf(b.manifest)) - Number(majorOf(a.manifest)));
  return { ...adapter, earlier } as Adapter;
}

/** Behind a fence: nothing of it runs in this process. */
async function loadPackage(name: string): Promise<Adapter> {
  try {
    const folder = await packageFolder(name);
    const file = isFolder(name) ? await mainOf(folder) : fileURLToPath(import.meta.resolve(name));
    const adapter = await fenceAround(folder, file).adapter();
    return checked({ adapter }, adapter?.manifest?.id ?? name);
  } catch (error) {
    throw new Error(texts.load.package(name, (error as Error).message));
  }
}

const isFolder = (name: string) => name.startsWith('.') || name.startsWith('/');

/**
 * The folder of the package.json of a package that `ADAPTER_PACKAGES` names. Relative folders count from the project's
 * root.
 */
export async function packageFolder(name: string): Promise<string> {
  if (isFolder(name)) return resolve(root, name);
  let folder = dirname(fileURLToPath(import.meta.resolve(name)));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

async function mainOf(folder: string): Promise<string> {
  const { main = 'index.js' } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { main?: string };
  return join(folder, main);
}

function checked({ adapter }: { adapter?: Adapter | undefined }, id: string): Adapter {
  if (!adapter) throw new Error(texts.load.noExport(id));
  const fault = faultOf(adapter, id);
  if (fault) throw new Error(texts.load.faulty(id, fault));
  return adapter;
}

/**
 * What is wrong with an adapter, in a few German words; undefined when nothing is. `folder`: its name must be the id.
 */
export function faultOf(adapter: Adapter, folder: string): string | undefined {
  const result = manifestSchema.safeParse(adapter.manifest);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    return `manifest.${issue.path.join('.')}: ${issue.message}`;
  }
  const { id, kind, capabilities } = adapter.manifest;
  if (id !== folder) return texts.load.otherId(id, folder);
  const methods = kind === 'register' ? ['check', 'lookup'] : ['check', 'deliver'];
  const absent = methods.find((method) => typeof Reflect.get(adapter, method) !== 'function');
  if (absent) return texts.load.methodMissing(absent);
  const declared = (['find', 'render', 'status'] as const).find(
    (name) => capabilities[name] !== (typeof Reflect.get(adapter, name) === 'function'),
  );
  if (declared) return texts.load.capability(declared);
  return boundSetFault(adapter.manifest);
}

/** A set that names what is no parameter, or leaves out a secret or an address. */
function boundSetFault(manifest: Manifest): string | undefined {
  const { parameters: bound } = boundSetOf(manifest);
  const fields = Object.entries(manifest.parameters.shape) as [string, z.ZodType][];
  const unknown = bound.find((key) => !fields.some(([name]) => name === key));
  if (unknown) return texts.load.boundUnknown(unknown);
  const left = fields.find(([key, field]) => !bound.includes(key) && mustBeBound(field));
  return left && texts.load.unbound(left[0]);
}

function mustBeBound(field: z.ZodType): boolean {
  const { secret, host } = metaOf(field);
  const { format } = z.toJSONSchema(field, { io: 'input', unrepresentable: 'any' });
  return secret === true || (host ?? format === 'uri');
}
