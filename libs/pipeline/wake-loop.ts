/**
 * Looks for work again and again, one look at a time: at once when woken, else after a pause. A look that fails is
 * reported, and the next one comes all the same.
 */
export class WakeLoop {
  #woken = false;
  #closed = false;
  #stir = () => {};
  readonly #running: Promise<void>;

  /**
   * @param look resolves with the milliseconds until the next look, unless somebody wakes the loop before
   * @param onError also says how long to wait after a failed look
   */
  constructor(look: () => Promise<number>, onError: (error: unknown) => number) {
    this.#running = this.#run(look, onError);
  }

  /** Look now, or at once after the look under way. */
  wake(): void {
    this.#woken = true;
    this.#stir();
  }

  /** Resolves when the look under way has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stir();
    await this.#running;
  }

  async #run(look: () => Promise<number>, onError: (error: unknown) => number): Promise<void> {
    await Promise.resolve(); // whoever made the loop has it in hand before the first look
    while (!this.#closed) {
      this.#woken = false;
      const pause = await look().catch(onError);
      if (!this.#woken && !this.#closed) await this.#rest(pause);
    }
  }

  #rest(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#stir = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
