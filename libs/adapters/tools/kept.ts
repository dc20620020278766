import type { Json } from '#submission/vocabulary.js';
import type { AdapterContext } from '../contract.js';

/** What this delivery has kept under `send`, `send-2`, …: the last of them with its step, and the step that the next takes. A corrected address needs another message. */
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
