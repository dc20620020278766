import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import type * as zod from 'zod';
import { Channel } from './channel.js';
import { answerCall, closeBody, endCall, nextOf, openBody } from './inside.js';
import { errors } from './inside-errors.js';
import { takeAway } from './taken.js';
import { type Fault, type Field, type Introduction, methods } from './words.js';

/*
 * The process in which one package from outside runs: `child.js <zod's file>`, stream 3 to the parent, stream 4 for
 * questions that are answered while this process waits. Nothing in it is trusted once the package has been loaded.
 */

/** What a package exports; not checked here, because the parent believes nothing of it. */
interface Exported {
  adapter?: Record<string, unknown> & { manifest: Record<string, unknown> & { parameters: zod.ZodObject } };
  answer?: (request: unknown, effects: string[]) => unknown;
}

const { z } = (await import(pathToFileURL(process.argv[2]!).href)) as typeof zod;
let exported: Exported = {};
const { exit } = process;
const german = { error: z.locales.de().localeError };

const channel = new Channel(
  new Socket({ fd: 3, readable: true, writable: true }),
  (method, given) => answers[method]?.(...given),
  errors,
  () => exit(),
);

// biome-ignore lint/suspicious/noExplicitAny: each knows what the parent gives it
const answers: Record<string, (...given: any[]) => unknown> = {
  load,
  call: (crossing) => answerCall(channel, exported.adapter!, crossing),
  abort: endCall,
  openBody,
  nextOfBody: nextOf,
  closeBody,
  ping: () => true,
  parse: (values) => faultsOf(exported.adapter!.manifest.parameters, values),
  judge: (key: string, value) => faultsOf(exported.adapter!.manifest.parameters.shape[key] as zod.ZodType, value),
  answer: (request, effects: string[]) => ({ reply: exported.answer!(request, effects), effects }),
};

async function load(file: string): Promise<Introduction> {
  takeAway();
  exported = (await import(pathToFileURL(file).href)) as Exported;
  const { adapter } = exported;
  const answers = typeof exported.answer === 'function';
  if (!adapter) return { methods: [], answers };
  const { parameters, ...manifest } = adapter.manifest;
  const fields = Object.entries(parameters?.shape ?? {}).map(([key, field]) => [key, asData(field as zod.ZodType)]);
  return {
    manifest: plain(manifest),
    ...(parameters && { parameters: Object.fromEntries(fields) as Record<string, Field> }),
    methods: methods.filter((name) => typeof adapter[name] === 'function'),
    answers,
  };
}

/** As JSON has it. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The package may bring another zod: what `.meta()` and `.describe()` said is asked of the field itself. */
function asData(field: zod.ZodType): Field {
  const { $schema: _, ...schema } = z.toJSONSchema(field, { io: 'input', unrepresentable: 'any' });
  const empty = field.safeParse(undefined);
  return {
    schema: plain({ ...schema, ...metaOf(field) }),
    required: !empty.success,
    ...(empty.success && empty.data !== undefined && { preset: plain(empty.data) }),
  };
}

function metaOf(field: zod.ZodType): Record<string, unknown> {
  const inner = (field as { def?: { innerType?: zod.ZodType } }).def?.innerType;
  const { description } = field;
  return { ...(inner ? metaOf(inner) : {}), ...(description !== undefined && { description }), ...field.meta() };
}

async function faultsOf(schema: zod.ZodType, value: unknown): Promise<Fault[]> {
  const { error } = await schema.safeParseAsync(value, german);
  return (error?.issues ?? []).slice(0, 100).map(({ path, message, code, input }) => ({
    path: path.map(String),
    message,
    code,
    missing: code === 'invalid_type' && input === undefined,
  }));
}
