import type { Duplex } from 'node:stream';
import { z } from 'zod';
import type { AdapterContext, Attachment, Folder, HttpRequest, Section } from '#adapters/contract.js';
import { inPieces } from './frames.js';

/** What the child may ask of the parent during one call. Every argument is checked: the child is not believed. */
export class Service {
  readonly #things = new Map<number, unknown>();
  #next = 0;

  constructor(
    readonly context: AdapterContext,
    readonly attachments: Attachment[],
    readonly readable: () => Section[],
    /** Asks the child for a piece of a body, by the number of what makes it. */
    readonly bodyOf: (maker: number) => AsyncIterable<Uint8Array>,
  ) {}

  /** What the child asks, and waits for with everything that runs in it. */
  answerNow(method: string, [argument]: unknown[]): unknown {
    const { now, schemas } = this.context;
    if (method === 'now') return now();
    if (method === 'readable') return this.readable();
    if (method === 'knows') return schemas.knows(text.parse(argument));
    if (method === 'validate') return schemas.validate(bytes.parse(argument));
    throw new Error(`there is no ${method}`);
  }

  answer(method: string, given: unknown[]): unknown {
    const work = Object.hasOwn(this.#methods, method) && this.#methods[method];
    if (!work) throw new Error(`there is no ${method}`);
    return work(given);
  }

  readonly #methods: Record<string, (given: unknown[]) => unknown> = {
    http: async (given) => {
      const [url, { maker, ...request }] = shapes.http.parse(given);
      const body = maker === undefined ? {} : { body: () => this.bodyOf(maker) };
      const answer = await this.context.http(url, { ...request, ...body } as HttpRequest);
      return { status: answer.status, headers: answer.headers, body: answer.bytes() };
    },
    connect: async (given) => {
      const [host, port, options] = shapes.connect.parse(given);
      const socket = await this.context.connect(host, port, { plain: options.plain ?? false });
      return this.#keep({ socket, pieces: inPieces(socket)[Symbol.asyncIterator]() } satisfies Connection);
    },
    socketRead: async ([n]) => (await this.#connection(n).pieces.next()).value as Uint8Array | undefined,
    socketWrite: ([n, chunk]) =>
      new Promise<void>((resolve, reject) => {
        this.#connection(n).socket.write(bytes.parse(chunk), (error) => (error ? reject(error) : resolve()));
      }),
    socketEnd: ([n]) =>
      new Promise<void>((resolve) => {
        this.#connection(n).socket.end(() => resolve());
      }),
    socketClose: ([n]) => {
      this.#connection(n).socket.destroy();
      this.#things.delete(n as number);
    },
    folder: async (given) => {
      const [path, use] = shapes.folder.parse(given);
      return this.#keep(await this.context.folder(path, use));
    },
    inFolder: ([n, name, ...given]) => {
      const folder = this.#thing(n) as Folder;
      if (name === 'write') return folder.write(...shapes.write.parse(given));
      if (name === 'rename') return folder.rename(...shapes.rename.parse(given));
      if (name === 'size') return folder.size(...shapes.text.parse(given));
      return folder.read(...shapes.read.parse(given));
    },
    checkpoint: (given) => this.context.checkpoint(...shapes.checkpoint.parse(given)),
    kept: (given) => this.context.kept(...shapes.text.parse(given)),
    conceal: (given) => this.context.conceal(...shapes.text.parse(given)),
    log: (given) => this.context.log(...shapes.log.parse(given)),
    open: ([n]) => {
      const attachment = this.attachments[whole.parse(n)];
      if (!attachment) throw new Error('no such attachment');
      return this.#keep(inPieces(attachment.chunks()));
    },
    next: async ([n]) => (await (this.#thing(n) as AsyncGenerator<Uint8Array>).next()).value as unknown,
    close: async ([n]) => {
      await (this.#thing(n) as AsyncGenerator).return(undefined);
      this.#things.delete(n as number);
    },
  };

  #keep(thing: unknown): number {
    if (this.#things.size > mostThings) throw new Error('too much is open');
    this.#things.set(this.#next, thing);
    return this.#next++;
  }

  #thing(n: unknown): unknown {
    const thing = this.#things.get(n as number);
    if (!thing) throw new Error('that is not open');
    return thing;
  }

  #connection(n: unknown): Connection {
    const thing = this.#thing(n) as Partial<Connection>;
    if (!thing.socket) throw new Error('that is no connection');
    return thing as Connection;
  }
}

interface Connection {
  socket: Duplex;
  pieces: AsyncIterator<Uint8Array>;
}

/** Connections, folders and readings that a call may have open. */
const mostThings = 1_000;

const text = z.string();
const whole = z.int();
const bytes = z.instanceof(Uint8Array);
const request = z.strictObject({
  method: text.optional(),
  headers: z.record(text, text).optional(),
  body: z.union([text, bytes]).optional(),
  maker: whole.optional(),
  largest: z.number().optional(),
  timeout: z.number().optional(),
  changes: z.boolean().optional(),
  tls: z.strictObject({ ca: text.optional(), certificate: text.optional(), key: text.optional() }).optional(),
});
/** What the child may say of each; made once, because making a schema takes longer than using it. */
const shapes = {
  http: z.tuple([text, request]),
  connect: z.tuple([text, whole, z.object({ plain: z.boolean().optional() })]),
  folder: z.tuple([text, z.enum(['read', 'write'])]),
  write: z.tuple([text, bytes]),
  rename: z.tuple([text, text]),
  read: z.tuple([text, z.number()]),
  text: z.tuple([text]),
  checkpoint: z.tuple([text, z.custom<never>()]),
  log: z.tuple([text, z.record(text, z.union([text, z.number(), z.boolean()]))]),
};
