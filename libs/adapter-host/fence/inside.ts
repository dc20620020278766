import { readSync, writeSync } from 'node:fs';
import { Duplex } from 'node:stream';
import type { AdapterContext, Attachment, Folder, HttpAnswer } from '#adapters/contract.js';
import type { Json } from '#submission/vocabulary.js';
import type { Channel } from './channel.js';
import { encode, Frames, inPieces } from './frames.js';
import { errors } from './inside-errors.js';
import type { Crossing } from './words.js';

/** The calls that run, and how each is told to end. */
const running = new Map<number, AbortController>();
/** Bodies that the parent reads, by number. */
const bodies = new Map<number, AsyncIterator<Uint8Array>>();
let nextBody = 0;

type Method = (...given: unknown[]) => unknown;

/** Runs one call of the adapter; everything that it is given is the parent's doing. */
export async function answerCall(channel: Channel, adapter: Record<string, unknown>, crossing: Crossing) {
  const { call, method, values, given, attachments } = crossing;
  const abort = new AbortController();
  running.set(call, abort);
  try {
    const { parameters } = adapter['manifest'] as { parameters: { parseAsync(values: unknown): Promise<unknown> } };
    const context = contextOf(channel, crossing, abort.signal);
    const all = attachments.map((one, n) => attachmentOf(channel, call, one, n));
    const [first, ...rest] = given;
    const subject = method === 'deliver' || method === 'render' ? deliveryOf(call, first as object, all) : first;
    const parsed = await parameters.parseAsync(values);
    const taken = method === 'check' ? [] : [subject, ...rest];
    return await (adapter[method] as Method).call(adapter, context, ...taken, parsed);
  } finally {
    running.delete(call);
  }
}

export function endCall(call: number, reason: string): void {
  running.get(call)?.abort(new Error(reason));
}

/** What the parent asks for of a body: its next piece, undefined at its end. */
export async function nextOf(body: number): Promise<Uint8Array | undefined> {
  const { value, done } = (await bodies.get(body)?.next()) ?? { done: true };
  if (done) bodies.delete(body);
  return done ? undefined : (value as Uint8Array);
}

function contextOf(channel: Channel, { call, context }: Crossing, signal: AbortSignal): AdapterContext {
  const ask = (method: string, ...given: unknown[]) => channel.ask(method, call, ...given);
  return {
    ...context,
    signal,
    now: () => askNow('now', call) as Date,
    async http(url, request = {}) {
      const { body, ...rest } = request;
      const maker = typeof body === 'function' ? addBody(body) : undefined;
      const crossing = { ...rest, ...(maker === undefined ? { body } : { maker }) };
      const answer = await ask('http', url, crossing).finally(() => maker !== undefined && makers.delete(maker));
      return answerOf(answer as Pick<HttpAnswer, 'status' | 'headers'> & { body: Uint8Array });
    },
    async connect(host, port, options = {}) {
      const socket = (await ask('connect', host, port, options)) as number;
      return duplexOf(ask, (method, ...given) => channel.tell(method, call, ...given), socket);
    },
    async folder(path, use = 'write') {
      const folder = await ask('folder', path, use);
      const named =
        (name: string) =>
        (...given: unknown[]) =>
          ask('inFolder', folder, name, ...given);
      const names = ['write', 'rename', 'size', 'read'];
      return Object.fromEntries(names.map((name) => [name, named(name)])) as unknown as Folder;
    },
    schemas: {
      knows: (namespace) => askNow('knows', call, namespace) as boolean,
      validate: (xml) => askNow('validate', call, xml) as ReturnType<AdapterContext['schemas']['validate']>,
    },
    conceal: (secret) => channel.tell('conceal', call, secret),
    log: (message, fields = {}) => channel.tell('log', call, message, fields),
    checkpoint: async (step, data) => (await ask('checkpoint', step, data)) as Json,
    kept: async (step) => (await ask('kept', step)) as Json | undefined,
  };
}

/** Each request of the parent's begins anew, so what crosses is a number for the function. */
const makers = new Map<number, () => AsyncIterable<Uint8Array>>();
function addBody(body: () => AsyncIterable<Uint8Array>): number {
  makers.set(nextBody, body);
  return nextBody++;
}

/** Opens a body anew; the number of what {@link nextOf} reads. */
export function openBody(maker: number): number {
  const body = makers.get(maker);
  if (!body) throw new Error('no such body');
  bodies.set(nextBody, inPieces(body())[Symbol.asyncIterator]());
  return nextBody++;
}

/** Nobody reads on. */
export function closeBody(body: number): void {
  void bodies.get(body)?.return?.();
  bodies.delete(body);
}

function answerOf({
  status,
  headers,
  body,
}: Pick<HttpAnswer, 'status' | 'headers'> & { body: Uint8Array }): HttpAnswer {
  const text = () => Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
  const json = () => {
    try {
      return JSON.parse(text()) as Json;
    } catch {
      throw new Error('the answer is not JSON');
    }
  };
  return { status, headers, bytes: () => body, text, json };
}

type Ask = (method: string, ...given: unknown[]) => Promise<unknown>;

function duplexOf(ask: Ask, tell: (method: string, ...given: unknown[]) => void, socket: number): Duplex {
  const settle = (work: Promise<unknown>, done: (error?: Error | null) => void) => work.then(() => done(), done);
  return new Duplex({
    read() {
      ask('socketRead', socket).then(
        (bytes) => this.push((bytes as Uint8Array | undefined) ?? null),
        (error) => this.destroy(error),
      );
    },
    write: (chunk: Buffer, _, done) => void settle(ask('socketWrite', socket, chunk), done),
    final: (done) => void settle(ask('socketEnd', socket), done),
    destroy(error, done) {
      tell('socketClose', socket);
      done(error);
    },
  });
}

function deliveryOf(call: number, delivery: object, attachments: Attachment[]) {
  return { ...delivery, attachments, readable: () => askNow('readable', call) };
}

function attachmentOf(channel: Channel, call: number, described: Crossing['attachments'][number], n: number) {
  async function* chunks() {
    const reading = (await channel.ask('open', call, n)) as number;
    try {
      for (;;) {
        const chunk = (await channel.ask('next', call, reading)) as Uint8Array | undefined;
        if (!chunk) return;
        yield chunk;
      }
    } finally {
      channel.tell('close', call, reading);
    }
  }
  const content = async () => {
    const all: Uint8Array[] = [];
    for await (const chunk of chunks()) all.push(chunk);
    return Buffer.concat(all);
  };
  return { ...described, chunks, content };
}

const frames = new Frames();
const buffer = Buffer.alloc(64 * 1024);

/** Asks on stream 4 and waits, for what the contract has without a promise. */
function askNow(method: string, ...given: unknown[]): unknown {
  const question = encode({ a: 0, m: method, v: given });
  for (let written = 0; written < question.length; ) written += writeSync(4, question, written);
  for (;;) {
    const length = readSync(4, buffer);
    if (length === 0) throw new Error('the parent has gone');
    const [answer] = frames.push(Buffer.from(buffer.subarray(0, length))) as [{ v?: unknown; e?: unknown }?];
    if (answer?.e !== undefined) throw errors.in(answer.e);
    if (answer) return answer.v;
  }
}
