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
/** Before the first, second, … restart; ms. */
const pauses = [1_000, 2_000, 5_000, 15_000, 30_000];
/** When a unit has run for so long, the next pause is the first one again; ms. */
const steady = 60_000;

/** Starts units, restarts those that die, and ends all of them in order. */
export class Supervisor {
  readonly #lock: Lock;
  readonly #say: (sentence: string) => void;
  readonly #servers = new Map<Unit, Promise<Server>>();
  readonly #ending = new AbortController();

  /** `lock` is released at the end. `say` is called with a German sentence when a unit has died. */
  constructor(lock: Lock, say: (sentence: string) => void) {
    this.#lock = lock;
    this.#say = say;
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

  async end(): Promise<void> {
    this.#ending.abort();
    this.#lock.ending();
    for (const tier of tiers) {
      const those = [...this.#servers].filter(([unit]) => unit.tier === tier);
      await Promise.all(
        those.map(([, starting]) =>
          starting.then(
            (server) => server.stop(),
            () => {},
          ),
        ),
      );
    }
    this.#lock.release();
  }

  #start(unit: Unit): Promise<Server> {
    const starting = unit.start().then((server) => {
      this.#lock.remember(unit.name, unit.signal, server.processes);
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
      await server.closed;
      if (this.ending) return;
      this.#lock.forget(server.processes);
      failures = Date.now() - since > steady ? 0 : failures;
      server = await this.#restart(unit, server, () => failures++).catch(() => server);
      if (this.ending) return;
    }
  }

  /** Tries until it starts. `countFailure` returns how many failures there were before this one. */
  async #restart(unit: Unit, dead: Server, countFailure: () => number): Promise<Server> {
    let reason = dead.lastWords?.() ?? '';
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
