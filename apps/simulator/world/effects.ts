import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

/** Something that a system did and that cannot be undone. */
export interface Effect {
  submissionId: string;
  /** null where the sender gave none: then every request is an effect. */
  idempotencyKey: string | null;
  /** ISO 8601. */
  at: string;
  ars: string;
}

/** A line that is not yet on disk. */
interface Waiting {
  line: string;
  resolve(): void;
  reject(error: unknown): void;
}

/** The effects of one system, durable: one JSON line each, synced in groups. In memory only the keys stay. */
export class Effects {
  /** Durable effects. */
  count = 0;
  /** Durable bytes. */
  #bytes = 0;
  #waiting: Waiting[] = [];
  #writing = false;
  /** Idempotency key → fingerprint of the content, of effects that are durable or being written. */
  #known = new Map<string, number>();
  /** By key; resolves when the effect is durable. */
  #inFlight = new Map<string, Promise<void>>();

  private constructor(
    readonly file: string,
    readonly handle: FileHandle,
  ) {}

  /** Reads what an earlier run recorded. A line that a crash cut off was never answered, and is dropped. */
  static async open(file: string): Promise<Effects> {
    const effects = new Effects(file, await open(file, 'a+', 0o600));
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      const effect = parsed(line);
      if (!effect) break;
      effects.#bytes += Buffer.byteLength(line) + 1;
      effects.count++;
      if (effect.idempotencyKey !== null) effects.#known.set(effect.idempotencyKey, effect.content);
    }
    await effects.handle.truncate(effects.#bytes);
    return effects;
  }

  /**
   * Records an effect, unless its key has one already. Resolves when it is durable.
   * @param content a fingerprint of what was sent
   * @returns `conflict`: the same key has come before, with other content
   */
  async record(effect: Effect, content: number): Promise<'recorded' | 'known' | 'conflict'> {
    const key = effect.idempotencyKey;
    const known = key === null ? undefined : this.#known.get(key);
    if (key !== null && known !== undefined) {
      await this.#inFlight.get(key);
      return known === content ? 'known' : 'conflict';
    }
    const written = this.#append(`${JSON.stringify({ ...effect, content })}\n`);
    if (key === null) return written.then(() => 'recorded');
    this.#known.set(key, content);
    this.#inFlight.set(key, written);
    await written
      .catch((error) => {
        this.#known.delete(key);
        throw error;
      })
      .finally(() => this.#inFlight.delete(key));
    return 'recorded';
  }

  /** Tells whether the key has a durable effect. */
  async has(key: string): Promise<boolean> {
    await this.#inFlight.get(key);
    return this.#known.has(key);
  }

  /** Returns the key that ends like this, if it has a durable effect. */
  async keyLike(ending: string): Promise<string | undefined> {
    for (const key of this.#known.keys()) if (key.endsWith(ending)) return (await this.has(key)) ? key : undefined;
    return undefined;
  }

  /** The keys that have an effect. */
  keys(): string[] {
    return [...this.#known.keys()];
  }

  /** Writes a JSON array of all effects from the `since`th on, oldest first. */
  list(since: number): Readable {
    return Readable.from(this.#listed(since));
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  async *#listed(since: number): AsyncGenerator<string> {
    let index = 0;
    let separator = '[';
    if (this.#bytes > 0) {
      const lines = createInterface({
        input: createReadStream(this.file, { end: this.#bytes - 1 }),
        crlfDelay: Number.POSITIVE_INFINITY,
      });
      for await (const line of lines) {
        if (index++ < since) continue;
        yield `${separator}${line}`;
        separator = ',\n';
      }
    }
    yield separator === '[' ? '[]' : ']';
  }

  #append(line: string): Promise<void> {
    const written = new Promise<void>((resolve, reject) => this.#waiting.push({ line, resolve, reject }));
    if (!this.#writing) void this.#write();
    return written;
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      const bytes = Buffer.from(group.map(({ line }) => line).join(''));
      try {
        await this.handle.appendFile(bytes);
        await this.handle.datasync();
        this.#bytes += bytes.length;
        this.count += group.length;
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#writing = false;
  }
}

function parsed(line: string): (Effect & { content: number }) | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
