import { texts } from './texts.js';

/**
 * Something outside of Stellwerk prevents what was asked for: a taken port, a full disk, a setting with a wrong value.
 * The message is one German sentence for the person at the terminal: the cause, and the setting to look at. It ends the
 * command and is printed without a stack.
 */
export class Obstacle extends Error {
  override name = 'Obstacle';
}

/** The cause of a system or database error in plain words; the error's own message where its code is unknown. */
export function cause(error: unknown): string {
  const { code, message, errors } = error as { code?: string; message?: string; errors?: unknown[] };
  if (errors?.length) return cause(errors[0]);
  return (code && texts.causes[code]) || message || String(error);
}

/** An error as an Obstacle: `what`, which begins the sentence and names the setting, and the cause. */
export function obstacle(what: string, error: unknown): Obstacle {
  return error instanceof Obstacle ? error : new Obstacle(`${what}: ${cause(error)}.`);
}

/** The code of a system error, for instance `ENOENT`; undefined for any other error. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
