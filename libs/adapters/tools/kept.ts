import type { Json } from '#submission/vocabulary.js';
import type { AdapterContext } from '../contract.js';

/**
 * Reads the checkpoints `send`, `send-2`, … of this delivery: the data of the last one and its step, both absent where
 * nothing was kept, and the step that the next one takes. A delivery has several where a corrected address needed
 * another message.
 */
export async function lastKept<T extends Json>(
  context: AdapterContext,
): Promise<{ sealed?: T; step?: string; next: string }> {
  let last: { sealed?: T; step?: string } = {};
  for (let n = 1; ; n++) {
    const step = n === 1 ? 'send' : `send-${n}`;
    const sealed = (await context.kept(step)) as T | undefined;
    if (sealed === undefined) return { ...last, next: step };
    last = { sealed, step };
  }
}
