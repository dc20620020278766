/**
 * `confirmed`: the broker has it on disk. `returned`: no queue wanted it. `refused`: the broker said no. `unavailable`:
 * it did not reach the broker, or nobody knows. Sending it again does no harm, because a ticket is only a wake-up call.
 */
export type PublishResult = 'confirmed' | 'returned' | 'refused' | 'unavailable';

/** The tickets that have been sent and whose result is not known yet, by message id. Only the first result counts. */
export class TicketsInFlight {
  readonly #resolvers = new Map<string, (result: PublishResult) => void>();

  /** Notes that a ticket is being sent; resolves with its result. */
  add(id: string): Promise<PublishResult> {
    return new Promise((resolve) => this.#resolvers.set(id, resolve));
  }

  finish(id: string, result: PublishResult): void {
    this.#resolvers.get(id)?.(result);
    this.#resolvers.delete(id);
  }

  /** Ends the waiting for these tickets, or for all: `unavailable`. */
  giveUp(ids: Iterable<string> = this.#resolvers.keys()): void {
    for (const id of ids) this.finish(id, 'unavailable');
  }
}
