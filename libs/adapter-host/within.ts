import type { OpenContext } from './context.js';
import { describe, type Failure } from './failure.js';
import { NotSent } from './http.js';

/**
 * Runs one call of an adapter until it ends or its context does, and closes the context. Never throws: `otherwise`
 * makes the result of a call that has failed.
 * @param id the adapter's, for the log
 */
export async function within<T>(
  context: OpenContext,
  id: string,
  work: (context: OpenContext) => Promise<T>,
  otherwise: (failure: Failure) => T,
): Promise<T> {
  try {
    return await Promise.race([
      work(context),
      context.ended.then((why) => {
        const { sent, checkpointed } = context.traces();
        return otherwise({ why, doubt: sent || checkpointed });
      }),
    ]);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error('the adapter threw something that is no error');
    const { sent, checkpointed, connected } = context.traces();
    context.log(`${id} threw`, { reason: describe(error) });
    const nothingLeft = error instanceof NotSent && !connected;
    return otherwise({ why: 'threw', error, doubt: sent || (checkpointed && !nothingLeft) });
  } finally {
    context.close();
  }
}
