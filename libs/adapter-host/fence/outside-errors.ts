import type { ErrorCodec } from './channel.js';
import type { WrittenError } from './words.js';

/** Errors of ours that a package may still hand back. */
const kept = 500;
/** Characters of what a package says. */
const longest = 2_000;

/**
 * Errors as they cross, in the parent. Its own are numbered, so that one which the package lets fly comes back as the
 * same: what it says about what has left is not for the package to say.
 */
export class OutsideErrors implements ErrorCodec {
  readonly #ours = new Map<number, Error>();
  #next = 0;

  out(error: unknown): WrittenError {
    if (!(error instanceof Error)) return { name: 'Error', message: 'no error was thrown' };
    const ref = this.#next++;
    this.#ours.set(ref, error);
    this.#ours.delete(ref - kept);
    return { ...this.#written(error, 0), ref };
  }

  #written(error: Error & { code?: unknown }, depth: number): WrittenError {
    const { name, message, code, cause } = error;
    return {
      name,
      message,
      ...(typeof code === 'string' && { code }),
      ...(cause instanceof Error && depth < 3 && { cause: this.#written(cause, depth + 1) }),
    };
  }

  in(written: unknown, depth = 0): Error {
    const { ref, name, message, code, cause } = (written ?? {}) as Partial<WrittenError>;
    const ours = typeof ref === 'number' ? this.#ours.get(ref) : undefined;
    if (ours) return ours;
    const theirs = new Error(short(message), cause && depth < 3 ? { cause: this.in(cause, depth + 1) } : {});
    theirs.name = short(name ?? 'Error');
    return typeof code === 'string' ? Object.assign(theirs, { code: short(code) }) : theirs;
  }
}

const short = (text: unknown) => String(text ?? '').slice(0, longest);
