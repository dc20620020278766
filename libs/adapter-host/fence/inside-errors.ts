import type { ErrorCodec } from './channel.js';
import type { WrittenError } from './words.js';

/** The parent's number of an error that came from there. */
const refs = new WeakMap<object, number>();

function written(error: unknown, depth = 0): WrittenError {
  if (typeof error !== 'object' || error === null) return { name: 'Error', message: 'no error was thrown' };
  const { name, message, code, cause } = error as Partial<Record<string, unknown>>;
  const ref = refs.get(error);
  return {
    name: String(name ?? 'Error'),
    message: String(message ?? ''),
    ...(typeof code === 'string' && { code }),
    ...(ref !== undefined && { ref }),
    ...(cause !== undefined && depth < 3 && { cause: written(cause, depth + 1) }),
  };
}

function read({ name, message, code, ref, cause }: WrittenError): Error {
  const error = new Error(message, cause && { cause: read(cause) });
  error.name = name;
  if (code !== undefined) Object.assign(error, { code });
  if (ref !== undefined) refs.set(error, ref);
  return error;
}

/** Errors as they cross, in the child. */
export const errors: ErrorCodec = { out: (error) => written(error), in: (one) => read(one as WrittenError) };
