import { type Answer, type Attempt, call, check, type Question } from '#adapters/call.js';
import type { Adapter } from '#adapters/contract.js';
import type { Json } from '#submission/vocabulary.js';
import { delivery, request } from './samples.js';

/** One task of one adapter: what it has kept and said so far. */
export class Trial {
  readonly checkpoints = new Map<string, Json>();
  readonly logs: string[] = [];
  readonly key = crypto.randomUUID();
  attempts = 0;
  /** What it sends; the same for every attempt, like the task's. */
  question: Question;

  constructor(
    readonly adapter: Adapter,
    readonly values: Record<string, Json>,
  ) {
    this.question =
      adapter.manifest.kind === 'register'
        ? { call: 'lookup', request: request() }
        : { call: 'deliver', delivery: delivery() };
  }

  /** The next attempt: its usual call, or another. */
  attempt(overrides: Partial<Attempt> = {}, question: Question = this.question): Promise<Answer> {
    this.attempts++;
    return call({ ...this.circumstances(), ...overrides }, question);
  }

  find(overrides: Partial<Attempt> = {}): Promise<Answer> {
    return this.attempt(overrides, { call: 'find' });
  }

  check(overrides: Partial<Attempt> = {}) {
    return check({ ...this.circumstances(), ...overrides });
  }

  circumstances(): Attempt {
    return {
      adapter: this.adapter,
      values: this.values,
      idempotencyKey: this.key,
      attempt: this.attempts,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      developmentHosts: [],
      now: () => new Date(),
      checkpoint: async (step, data) => {
        if (!this.checkpoints.has(step)) this.checkpoints.set(step, structuredClone(data));
        return structuredClone(this.checkpoints.get(step)!);
      },
      log: (message, fields) => this.logs.push(JSON.stringify({ message, ...fields })),
    };
  }
}

/** A deadline so many milliseconds away. */
export const soon = (milliseconds: number) => new Date(Date.now() + milliseconds);
