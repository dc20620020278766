import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '#settings/settings.js';
import type { Fake } from '../demo/adapters.js';
import { Boxes } from './boxes.js';
import { type Effect, Effects } from './effects.js';
import { type Fault, Faults, type Mode, perSystem, type System, systems } from './faults.js';
import { Post } from './post.js';
import { SteuerReplies } from './steuer-replies.js';

const mostCallbacks = 1_000;

/** A callback that the portal got. */
export interface Callback {
  /** ISO 8601. */
  at: string;
  type: string;
  submissions: { submissionId: string; caseId: string }[];
}

/** What the simulated systems have seen and done. Only effects and mails outlive a restart. */
export class World {
  readonly faults = new Faults();
  /** Since the start: requests, those that met a fault, and the results of {@link record}. */
  readonly counts = perSystem(() => ({ requests: 0, faulty: 0, recorded: 0, known: 0, conflict: 0 }));

  /** What lies in the boxes of the XTA accounts. */
  readonly boxes = new Boxes();

  /** What the portal got, newest last. */
  readonly callbacks: Callback[] = [];

  /** What `{name}` in `schemas/parameters/development.json` stands for: addresses and credentials of this simulator. */
  developmentValues: Record<string, string | number> = {};

  /** The targets that adapters and packages bring along, by the adapter's id. */
  fakes = new Map<string, Fake>();

  private constructor(
    readonly effects: Record<System, Effects>,
    readonly post: Post,
    /** How the tax office answers. */
    readonly replies: SteuerReplies,
  ) {}

  static async open(folder: string, settings: Pick<Settings, 'gatewayUrl' | 'issuer'>): Promise<World> {
    await mkdir(folder, { recursive: true });
    const opening = systems.map(
      async (system) => [system, await Effects.open(join(folder, `${system}.jsonl`))] as const,
    );
    const opened = new Map(await Promise.all(opening));
    const effects = perSystem((system) => opened.get(system)!);
    return new World(effects, await Post.open(join(folder, 'post')), new SteuerReplies(settings));
  }

  modeFor(system: System, request: { ars: string | undefined; delivery: boolean }): Mode {
    return this.faultFor(system, request).mode;
  }

  /** Returns the fault that a request meets, and counts the request. */
  faultFor(system: System, request: { ars: string | undefined; delivery: boolean }): Fault {
    const fault = this.faults.meet(system, request);
    this.counts[system].requests++;
    if (fault.mode !== 'none') this.counts[system].faulty++;
    return fault;
  }

  /** See {@link Effects.record}. */
  async record(system: System, effect: Effect, content: number) {
    const outcome = await this.effects[system].record(effect, content);
    this.counts[system][outcome]++;
    return outcome;
  }

  keepCallback(callback: Callback): void {
    this.callbacks.push(callback);
    if (this.callbacks.length > mostCallbacks) this.callbacks.shift();
  }

  async close(): Promise<void> {
    await Promise.all(systems.map((system) => this.effects[system].close()));
  }
}
