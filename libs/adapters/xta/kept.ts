import type { AdapterContext } from '../contract.js';
import type { Sealed } from './message.js';

/** The message of this delivery, the last one that was sealed, and the step under which the next would be kept: a corrected address needs another message. */
export async function keptMessage(context: AdapterContext): Promise<{ sealed: Sealed | undefined; next: string }> {
  let sealed: Sealed | undefined;
  for (let n = 1; ; n++) {
    const step = n === 1 ? 'send' : `send-${n}`;
    const kept = (await context.kept(step)) as Sealed | undefined;
    if (!kept) return { sealed, next: step };
    sealed = kept;
  }
}
