import { z } from 'zod';
import type { Adapter, Attachment, Delivery, Manifest, Parameters } from '#adapters/contract.js';
import type { Json } from '#submission/vocabulary.js';
import type { OpenContext } from '../context.js';
import { Cell } from './cell.js';
import { type Fault, type Field, type Introduction, type Method, methods } from './words.js';

/** A fence knows it at once where another process would first have to be asked. */
export const behind = Symbol('behind a fence');

/** What is asked of a package besides the calls of the contract. */
export interface Behind {
  /** What the manifest's own schema says of a region's values. */
  parse(values: Parameters): Promise<Fault[]>;
  /** The same of one value. */
  judge(key: string, value: Json): Promise<Fault[]>;
}

/** An adapter that runs in another process has this beside what the contract says. */
export interface Fenced {
  [behind]?: Behind;
}

/** The packages of this process, by main file: all calls share one process, which is started anew when it has died. */
const fences = new Map<string, Fence>();

export function fenceAround(folder: string, file: string): Fence {
  const fence = fences.get(file) ?? new Fence(folder, file);
  fences.set(file, fence);
  return fence;
}

/** Ends all processes of packages. They also end with this one. */
export function closeFences(): void {
  for (const fence of fences.values()) fence.close();
  fences.clear();
}

/** One package from outside, kept away from everything but what its calls are given. */
export class Fence {
  #cell: Cell | undefined;
  #same: Promise<void> | undefined;
  #introduction: string | undefined;

  constructor(
    readonly folder: string,
    readonly file: string,
  ) {}

  /** Of the process that runs now. */
  get pid(): number | undefined {
    return this.#cell?.pid;
  }

  close(): void {
    this.#cell?.kill();
  }

  /** What the package says of itself. */
  async introduction(): Promise<Introduction> {
    return (await this.#running()).introduction;
  }

  /** The package's adapter as data, whose methods are calls of its process. Nothing of it is checked yet. */
  async adapter(): Promise<(Adapter & Fenced) | undefined> {
    const { manifest, parameters, methods: known } = await this.introduction();
    if (!manifest) return undefined;
    const named = methods.filter((name) => known.includes(name));
    const asked: Behind = {
      parse: async (values) => faults.parse(await this.ask('parse', values)),
      judge: async (key, value) => faults.parse(await this.ask('judge', key, value)),
    };
    return {
      manifest: { ...manifest, parameters: parameters && shapeOf(parameters) } as unknown as Manifest,
      ...Object.fromEntries(named.map((name) => [name, this.#method(name)])),
      [behind]: asked,
    } as unknown as Adapter & Fenced;
  }

  async ask(method: string, ...given: unknown[]): Promise<unknown> {
    return (await this.#running()).ask(method, ...given);
  }

  #method(method: Method) {
    return async (context: OpenContext, ...given: unknown[]) => {
      const values = given.pop() as Parameters;
      const cell = await this.#running();
      const { delivery, attachments, readable } = takenApart(method, given[0]);
      const { idempotencyKey, attempt, deadline, traceparent } = context;
      const answer = await cell.run({
        context,
        crossing: {
          method,
          context: { idempotencyKey, attempt, deadline, traceparent },
          values,
          given: delivery ? [delivery] : given,
          attachments: attachments.map(({ content: _, chunks: __, ...described }) => described),
        },
        service: { attachments, readable },
      });
      return results[method].parse(answer);
    };
  }

  /** @throws Error where the package does not load, or is not the one that it was */
  async #running(): Promise<Cell> {
    if (!this.#cell || this.#cell.spent) {
      this.#cell = new Cell(this.folder, this.file);
      this.#same = this.#compare(this.#cell);
    }
    const cell = this.#cell;
    await this.#same;
    return cell;
  }

  async #compare(cell: Cell): Promise<void> {
    const introduction = JSON.stringify(await cell.introduction);
    this.#introduction ??= introduction;
    if (introduction === this.#introduction) return;
    cell.kill();
    throw new Error('the package is not the one that was loaded; start the application anew');
  }
}

function takenApart(method: Method, subject: unknown) {
  const nothing = { delivery: undefined, attachments: [] as Attachment[], readable: () => [] };
  if (method !== 'deliver' && method !== 'render') return nothing;
  const { attachments, readable, ...delivery } = subject as Delivery;
  return { delivery, attachments, readable };
}

/**
 * Answers every question about the shape of the parameters, with the package's own JSON Schema. Whether a value fits
 * only the package's process says: a foreign pattern could take for ever.
 */
function shapeOf(fields: Record<string, Field>): z.ZodObject {
  const shape = Object.entries(fields).map(([key, { schema, required, preset }]) => {
    const { id: _, $schema: __, ...meta } = schema;
    const known = z.unknown().refine((value) => value !== undefined);
    const field = preset !== undefined ? known.default(preset) : required ? known : known.optional();
    return [key, field.meta(meta)] as const;
  });
  return z.object(Object.fromEntries(shape));
}

const faults: z.ZodType<Fault[]> = z.array(
  z.object({ path: z.array(z.string()), message: z.string().max(2_000), code: z.string(), missing: z.boolean() }),
);

const bytes = z.instanceof(Uint8Array);
const found = z.looseObject({ externalReference: z.string(), askAgainAt: z.date().optional() });
/** What the methods may answer, as far as the core does not look itself (`outcomeSchema`). */
const results: Record<Method, z.ZodType> = {
  check: z.array(
    z.object({
      step: z.string(),
      ok: z.boolean(),
      message: z.string(),
      parameter: z.string().optional(),
    }),
  ),
  deliver: z.unknown(),
  lookup: z.unknown(),
  status: z.unknown(),
  find: z.union([z.enum(['absent', 'unknowable']), found]),
  render: z.array(z.object({ name: z.string(), mimetype: z.string(), bytes })),
  confirm: z.unknown(),
};
