import { z } from 'zod';
import type { Settings } from '#settings/settings.js';
import type { DemoSubmission } from './submissions.js';

/** Systems at which deliveries arrive. */
const targets = ['steuer', 'ablage', 'post', 'xta', 'fakes'] as const;

const countSchema = z.object({ count: z.number() });
const effectsSchema = z.array(z.object({ submissionId: z.string() }));
/** An effect as far as the demonstration looks at it. */
export type EffectSeen = z.infer<typeof effectsSchema>[number];

const replyPlans = {
  steuer: (ars: string) => ({ mode: 'callback', afterSeconds: 2, ars }),
  xta: () => ({ mode: 'decide', afterSeconds: 2 }),
} satisfies Record<NonNullable<DemoSubmission['replies']>, (ars: string) => object>;

/** The simulator's `/control`, as the demonstration uses it. */
export class SimulatorControl {
  readonly #url: string;

  constructor({ simulatorUrl }: Pick<Settings, 'simulatorUrl'>) {
    this.#url = `${simulatorUrl}/control`;
  }

  /** Sets the fault that a submission meets, and how it is answered. */
  async prepare({ ars, fault, replies }: DemoSubmission): Promise<void> {
    if (fault) await this.#setFault(ars, fault);
    if (replies) await this.#put(`replies/${replies}`, replyPlans[replies](ars));
  }

  /** Takes back what {@link prepare} set. A simulator that has gone has forgotten it already, so that is no error. */
  async cleanUp({ ars, fault, replies }: DemoSubmission): Promise<void> {
    if (fault) await this.#setFault(ars, { ...fault, mode: 'none' }).catch(() => {});
    if (replies) await this.#put(`replies/${replies}`, { ...replyPlans[replies](ars), mode: 'off' }).catch(() => {});
  }

  /** How many effects each target has; for {@link effectsSince}. */
  async countEffects(): Promise<number[]> {
    return Promise.all(
      targets.map(async (target) => countSchema.parse(await this.#get(`effects/${target}/count`)).count),
    );
  }

  async effectsSince(counts: number[]): Promise<EffectSeen[]> {
    const effects = targets.map(async (target, n) =>
      effectsSchema.parse(await this.#get(`effects/${target}?since=${counts[n]}`)),
    );
    return (await Promise.all(effects)).flat();
  }

  #setFault(ars: string, { system = 'steuer', ...fault }: DemoSubmission['fault'] & {}): Promise<void> {
    return this.#put(`faults/${system}`, { ...fault, ars });
  }

  async #get(path: string): Promise<unknown> {
    return (await fetch(`${this.#url}/${path}`)).json();
  }

  async #put(path: string, body: object): Promise<void> {
    await fetch(`${this.#url}/${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }
}
