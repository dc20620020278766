import { z } from 'zod';
import {
  type BoxMessage,
  confirmation,
  type DeliveredMessage,
  decision,
  returnOf,
} from '../authorities/bauaufsicht.js';

export const boxPlanSchema = z.strictObject({
  /** `decide`: a confirmation at once, the decision later; `return`: what comes is sent back. */
  mode: z.enum(['off', 'decide', 'return']),
  /** From the delivery to the decision. */
  afterSeconds: z.number().min(0).max(86_400).default(5),
  /** What transport reports say (XTA 2.1.1, MessageStatus): 0 open, 1 green, 2 yellow, 3 red. */
  light: z.number().int().min(0).max(3).default(1),
});
export type BoxPlan = z.infer<typeof boxPlanSchema>;

/** The boxes of the XTA accounts, and how the authority answers what is delivered. Forgotten with a restart. */
export class Boxes {
  plan: BoxPlan = { mode: 'off', afterSeconds: 5, light: 1 };
  /** By author. */
  readonly #boxes = new Map<string, BoxMessage[]>();

  /** Puts the authority's answers to a message into its author's box, as the plan says. */
  async delivered(message: DeliveredMessage): Promise<void> {
    const { mode, afterSeconds } = this.plan;
    if (mode === 'off') return;
    const answers =
      mode === 'return' ? [returnOf(message)] : [confirmation(message), await decision(message, afterSeconds)];
    this.#boxes.set(message.author, [...this.of(message.author), ...answers]);
  }

  of(author: string): BoxMessage[] {
    return this.#boxes.get(author) ?? [];
  }

  /** The messages that have arrived by now. */
  arrived(author: string): BoxMessage[] {
    return this.of(author).filter(({ at }) => at <= Date.now());
  }

  close(author: string, ids: string[]): void {
    const left = this.of(author).filter(({ id }) => !ids.includes(id));
    this.#boxes.set(author, left);
  }
}
