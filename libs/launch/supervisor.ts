import { setTimeout as pause } from 'node:timers/promises';
import { cause, Obstacle } from './obstacle.js';
import type { Run } from './run.js';
import type { Server } from './servers/server.js';

/** Something to keep alive until the end. */
export interface Unit {
  name: string;
  /** Ended in this order: applications, then the broker, the database last. */
  tier: 'application' | 'broker' | 'database';
  /** How the next start ends it, should we be killed. */
  signal: NodeJS.Signals;
  start(): Promise<Server>;
}

const tiers = ['application', 'broker', 'database'] as const;
const pauses = [1_000, 2_000, 5_000, 15_000, 30_000];
/** Up for so long: the next pause is the first again. */
const steady = 60_000;

/** Starts units, restarts those that die, ends all in order. */
export class Supervisor {
  #kept = new Map<Unit, Promise<Server>>();
  #ending = new AbortController();

  constructor(
    private readonly run: Run,
    private readonly say: (sentence: string) => void,
  ) {}

  get ending(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Resolves once it is started the first time (not necessarily ready), rejects if that fails. */
  async keep(unit: Unit): Promise<Server> {
    if (this.ending) throw new Error('ending');
    const server = await this.#start(unit);
    void this.#watch(unit, server);
    return server;
  }

  /** Resolves when the unit is ready, restarts included; rejects with its last words after `patience` ms. */
  async ready(name: string, patience: number): Promise<void> {
    const deadline = Date.now() + patience;
    for (;;) {
      const server = await [...this.#kept].find(([unit]) => unit.name === name)![1];
      const left = pause(Math.max(0, deadline - Date.now()), 'late', { signal: this.#ending.signal });
      const result = await Promise.race([
        server.ready.then(
          () => 'ready',
          () => 'died',
        ),
        left,
      ]);
      if (result === 'ready') return;
      if (result === 'late') throw new Obstacle(`${name} wird nicht bereit: ${server.lastWords?.() ?? ''}`);
      await pause(100, undefined, { signal: this.#ending.signal });
    }
  }

  async end(): Promise<void> {
    this.#ending.abort();
    this.run.ending();
    for (const tier of tiers) {
      const those = [...this.#kept].filter(([unit]) => unit.tier === tier);
      await Promise.all(
        those.map(([, starting]) =>
          starting.then(
            (server) => server.stop(),
            () => {},
          ),
        ),
      );
    }
    this.run.release();
  }

  #start(unit: Unit): Promise<Server> {
    const starting = unit.start().then((server) => {
      this.run.remember(unit.name, unit.signal, server.marks);
      server.ready.catch(() => {});
      return server;
    });
    this.#kept.set(unit, starting);
    return starting;
  }

  async #watch(unit: Unit, first: Server): Promise<void> {
    let server = first;
    let fails = 0;
    for (;;) {
      const since = Date.now();
      await server.closed;
      if (this.ending) return;
      this.run.forget(server.marks);
      fails = Date.now() - since > steady ? 0 : fails;
      server = await this.#revive(unit, server, () => fails++).catch(() => server);
      if (this.ending) return;
    }
  }

  async #revive(unit: Unit, dead: Server, count: () => number): Promise<Server> {
    let reason = dead.lastWords?.() ?? '';
    for (;;) {
      const wait = pauses[Math.min(count(), pauses.length - 1)]!;
      this.say(
        `${unit.name} ist unerwartet ausgefallen${reason ? ` (${reason})` : ''}; neuer Start in ${wait / 1000} s.`,
      );
      await pause(wait, undefined, { signal: this.#ending.signal });
      await dead.stop(); // what is left of it
      try {
        return await this.#start(unit);
      } catch (error) {
        reason = cause(error);
      }
    }
  }
}
