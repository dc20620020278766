import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { fenceAround } from '#adapter-host/fence/fence.js';
import { packageFolder } from '#adapter-host/load.js';
import type { FakeReply, FakeRequest } from '#adapters/kit/target.js';
import { root } from '#settings/root.js';

/** `demo.json` beside an adapter says where the demonstration uses it. */
const demoSchema = z.strictObject({
  ars: z.string().regex(/^\d{12}$/),
  leistung: z.string().regex(/^99\d{12}$/),
  /** By full name, for this municipality and this Leistung; `{simulator}` is the simulator's address. */
  values: z.record(z.string(), z.json()).default({}),
  /** By full name, for everybody: what only the Land sets, such as the connection to a register. */
  land: z.record(z.string(), z.json()).default({}),
  /**
   * A submission of its own in `npm start`; without it, one of the demonstration's other submissions uses the adapter.
   */
  scene: z.strictObject({ title: z.string(), process: z.string(), example: z.string() }).optional(),
});

export interface AdapterDemo extends z.infer<typeof demoSchema> {
  /** The folder's name; of a package its own, without `stellwerk-adapter-`. */
  id: string;
}

/** Reads the `demo.json` of every adapter folder and package. Throws one sentence that names the folder. */
export async function demosOf(packages: string[]): Promise<AdapterDemo[]> {
  const folders = await foldersWith('demo.json', packages);
  const read = folders.map(async ({ id, source }) => {
    const demo = demoSchema.safeParse(JSON.parse(await readFile(join(source, 'demo.json'), 'utf8')));
    if (!demo.success) throw new Error(`${id}/demo.json: ${demo.error.issues[0]!.message}`);
    return { id, ...demo.data };
  });
  return Promise.all(read);
}

/** A target that an adapter brings along. Those of packages run behind a fence, as their adapters do. */
export type Fake = (request: FakeRequest, effects: string[]) => FakeReply | Promise<FakeReply>;

/** The targets that adapters and packages bring along, by the adapter's id: wherever `fake.ts` exports `answer`. */
export async function fakesOf(packages: string[]): Promise<Map<string, Fake>> {
  const folders = await foldersWith('fake.js', packages);
  const loaded = folders.map(async ({ id, compiled, isForeign }) => {
    const file = join(compiled, 'fake.js');
    if (isForeign) return { id, answer: await fencedFake(compiled, file) };
    const { answer } = (await import(pathToFileURL(file).href)) as { answer?: Fake };
    return { id, answer };
  });
  const fakes = await Promise.all(loaded);
  return new Map(fakes.flatMap(({ id, answer }) => (answer ? [[id, answer] as const] : [])));
}

async function fencedFake(folder: string, file: string): Promise<Fake | undefined> {
  const fence = fenceAround(folder, file);
  if (!(await fence.introduction()).answers) return undefined;
  return async (request, effects) => {
    const { reply, effects: now } = answered.parse(await fence.ask('answer', request, effects));
    effects.push(...now.slice(effects.length));
    return reply as FakeReply;
  };
}

const answered = z.object({
  effects: z.array(z.string()),
  reply: z.object({
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.json().optional(),
    text: z.string().optional(),
    bytes: z.instanceof(Uint8Array).optional(),
  }),
});

async function foldersWith(file: string, packages: string[]) {
  const entries = await readdir(join(root, 'libs/adapters'), { withFileTypes: true });
  const own = entries
    .filter(({ name }) => existsSync(join(root, 'dist/libs/adapters', name, 'adapter.js')))
    .map(({ name }) => ({
      id: name,
      source: join(root, 'libs/adapters', name),
      compiled: join(root, 'dist/libs/adapters', name),
      isForeign: false,
    }));
  const foreign = packages.map(async (name) => {
    const folder = await packageFolder(name);
    const { name: full } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { name: string };
    const id = full.replace(/^(?:.*\/)?(?:stellwerk-adapter-)?/, '');
    return { id, source: folder, compiled: folder, isForeign: true };
  });
  const all = [...own, ...(await Promise.all(foreign))];
  return all.filter(({ source, compiled }) => existsSync(join(file.endsWith('.js') ? compiled : source, file)));
}
