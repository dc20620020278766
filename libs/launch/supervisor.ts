import { setTimeout as pause } from 'node:timers/promises';
import type { Lock } from './lock.js';
import { cause, Obstacle } from './obstacle.js';
import type { Server } from './servers/server.js';
import { texts } from './texts.js';

/** Something to keep alive until the end. */
export interface Unit {
  name: string;
  /** Tiers end one after the other: applications first, then the broker, the database last. */
  tier: 'application' | 'broker' | 'database';
  /** The signal with which the next start ends it, should we be killed. */
  signal: NodeJS.Signals;
  start(): Promise<Server>;
}

const tiers = ['application', 'broker', 'database'] as const;

/** Times are in milliseconds. */
export const timing = {
  /** Before the first, second, … restart. The last one is what we may add to an outage, however long it was. */
  pauses: [1_000, 2_000, 5_000],
  /** When a unit has run for so long, the next pause is the first one again. */
  steady: 60_000,
  /** Between two questions whether a unit answers. */
  ask: 5_000,
  /** So many questions in a row without an answer, each waited for 5 s, and the unit is ended and started again. */
  silences: 3,
};

/** Starts units, restarts those that die or no longer answer, and ends all of them in order. */
export class Supervisor {
  readonly #lock: Lock | undefined;
  readonly #say: (sentence: string) => void;
  readonly #timing: typeof timing;
  readonly #servers = new Map<Unit, Promise<Server>>();
  readonly #ending = new AbortController();

  /**
   * `lock` is released at the end; without one, nothing but this process ends what it has started. `say` is called with
   * a German sentence when a unit has died.
   */
  constructor(lock: Lock | undefined, say: (sentence: string) => void, times = timing) {
    this.#lock = lock;
    this.#say = say;
    this.#timing = times;
  }

  get ending(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Resolves when the unit has been started for the first time (not necessarily ready); rejects if that fails. */
  async keep(unit: Unit): Promise<Server> {
    if (this.ending) throw new Error('ending');
    const server = await this.#start(unit);
    void this.#watch(unit, server);
    return server;
  }

  /** Resolves when the unit is ready, restarts included; rejects with its last words after `timeout` ms. */
  async ready(name: string, timeout: number): Promise<void> {
    const deadline = Date.now() + timeout;
    for (;;) {
      const server = await [...this.#servers].find(([unit]) => unit.name === name)![1];
      const left = pause(Math.max(0, deadline - Date.now()), 'late', { signal: this.#ending.signal });
      const result = await Promise.race([
        server.ready.then(
          () => 'ready',
          () => 'died',
        ),
        left,
      ]);
      if (result === 'ready') return;
      if (result === 'late') throw new Obstacle(texts.supervisor.notReady(name, server.lastWords?.() ?? ''));
      await pause(100, undefined, { signal: this.#ending.signal });
    }
  }

  /** Ends every tier, also when one before it could not be ended; then rejects with the first reason. */
  async end(): Promise<void> {
    this.#ending.abort();
    this.#lock?.ending();
    const failed: unknown[] = [];
    for (const tier of tiers) {
      const those = [...this.#servers].filter(([unit]) => unit.tier === tier);
      await Promise.all(
        those.map(([, starting]) =>
          starting.then(
            (server) => server.stop().catch((error) => failed.push(error)),
            () => {},
          ),
        ),
      );
    }
    this.#lock?.release();
    if (failed.length) throw failed[0];
  }

  #start(unit: Unit): Promise<Server> {
    const starting = unit.start().then((server) => {
      this.#lock?.remember(unit.name, unit.signal, server.processes);
      server.ready.catch(() => {});
      return server;
    });
    this.#servers.set(unit, starting);
    return starting;
  }

  async #watch(unit: Unit, first: Server): Promise<void> {
    let server = first;
    let failures = 0;
    for (;;) {
      const since = Date.now();
      const reason = await this.#untilLost(server);
      if (this.ending) return;
      this.#lock?.forget(server.processes);
      failures = Date.now() - since > this.#timing.steady ? 0 : failures;
      server = await this.#restart(unit, server, reason, () => failures++).catch(() => server);
      if (this.ending) return;
    }
  }

  /** Resolves when it has ended, by itself or by us because it no longer answered; with the reason, maybe empty. */
  async #untilLost(server: Server): Promise<string> {
    const over = new AbortController();
    let isDeaf = false;
    const listening = async () => {
      if (!server.answers) return server.closed;
      await this.#untilDeaf(server.answers, server.ready, AbortSignal.any([over.signal, this.#ending.signal]));
      isDeaf = true;
      return server.kill();
    };
    await Promise.race([server.closed, listening().catch(() => server.closed)]);
    over.abort();
    return isDeaf ? texts.supervisor.deaf : (server.lastWords?.() ?? '');
  }

  /** Before its first answer it may take its time: it migrates, or waits for a server. Rejects when `signal` aborts. */
  async #untilDeaf(answers: () => Promise<boolean>, ready: Promise<void>, signal: AbortSignal): Promise<void> {
    let hasAnswered = false;
    ready.then(
      () => {
        hasAnswered = true;
      },
      () => {},
    );
    for (let silences = 0; silences < this.#timing.silences; ) {
      await pause(this.#timing.ask, undefined, { signal });
      const isThere = await answers();
      hasAnswered ||= isThere;
      silences = isThere || !hasAnswered ? 0 : silences + 1;
    }
  }

  /** Tries until it starts. `countFailure` returns how many failures there were before this one. */
  async #restart(unit: Unit, dead: Server, cameDown: string, countFailure: () => number): Promise<Server> {
    const { pauses } = this.#timing;
    let reason = cameDown;
    for (;;) {
      const wait = pauses[Math.min(countFailure(), pauses.length - 1)]!;
      this.#say(texts.supervisor.restart(unit.name, reason, wait / 1000));
      await pause(wait, undefined, { signal: this.#ending.signal });
      await dead.stop(); // ends what is left of it
      try {
        return await this.#start(unit);
      } catch (error) {
        reason = cause(error);
      }
    }
  }
}
