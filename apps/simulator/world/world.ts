import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answering } from '#adapters/kit/fake.js';
import { type Effect, Effects } from './effects.js';
import { type Fault, Faults, type Mode, type System, systems } from './faults.js';
import { Post } from './post.js';
import type { Replies } from './replies.js';
import { Boxes } from './xta-box.js';

const mostCallbacks = 1_000;

export interface HeardNews {
  /** ISO 8601. */
  at: string;
  type: string;
  submissions: { submissionId: string; caseId: string }[];
}

/** What the simulated systems have seen and done: effects (durable), faults and counts (not). */
export class World {
  readonly faults = new Faults();
  readonly counts = Object.fromEntries(
    systems.map((system) => [system, { requests: 0, faulty: 0, recorded: 0, known: 0, conflict: 0 }]),
  ) as Record<System, Record<'requests' | 'faulty' | 'recorded' | 'known' | 'conflict', number>>;

  /** What `{name}` in `schemas/parameters/development.json` stands for: addresses and credentials of this simulator. */
  values: Record<string, string | number> = {};

  /** How the tax office answers. */
  replies?: Replies;

  /** What lies in the boxes of the XTA accounts. */
  readonly boxes = new Boxes();

  /** What the portal was told, newest last. */
  readonly callbacks: HeardNews[] = [];

  /** What adapters and packages bring along, by the adapter's id. */
  fakes = new Map<string, Answering>();

  private constructor(
    readonly effects: Record<System, Effects>,
    readonly post: Post,
  ) {}

  static async open(folder: string): Promise<World> {
    await mkdir(folder, { recursive: true });
    const opened = systems.map(async (system) => [system, await Effects.open(join(folder, `${system}.jsonl`))]);
    return new World(Object.fromEntries(await Promise.all(opened)), await Post.open(join(folder, 'post')));
  }

  take(system: System, request: { ars: string | undefined; delivery: boolean }): Mode {
    return this.fault(system, request).mode;
  }

  /** Like `take`, with what else was said of the fault. */
  fault(system: System, request: { ars: string | undefined; delivery: boolean }): Fault {
    const fault = this.faults.take(system, request);
    this.counts[system].requests++;
    if (fault.mode !== 'none') this.counts[system].faulty++;
    return fault;
  }

  async record(system: System, effect: Effect, content: number) {
    const outcome = await this.effects[system].record(effect, content);
    this.counts[system][outcome]++;
    return outcome;
  }

  heard(news: HeardNews): void {
    this.callbacks.push(news);
    if (this.callbacks.length > mostCallbacks) this.callbacks.shift();
  }

  async close(): Promise<void> {
    await Promise.all(systems.map((system) => this.effects[system].close()));
  }
}
