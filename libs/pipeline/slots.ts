/*
 * How many calls a lane may have at once.
 *
 * It begins with LANE_SLOTS. While it uses them and the target answers about as fast as at its best, it gets twice as
 * many, up to LANE_SLOTS_MOST; when the target answers much slower, has no time or fails, half as many. The parameter
 * `<adapter>.slots` is both what a lane begins with and the most. Each worker judges by its own calls and writes its
 * own number, so that several workers at one lane let it grow less; the claim counts the calls of all.
 */
import type { Settings } from '#settings/settings.js';

export interface Slots {
  /** How many the lane has now. @param bound what the parameters say */
  of(lane: string, bound: number | undefined): number;
  begun(lane: string): void;
  /** The target has answered a request. */
  answered(lane: string, milliseconds: number): void;
  /** The target has no time, or has failed. */
  failed(lane: string): void;
  ended(lane: string): void;
}

export function openSlots(settings: Pick<Settings, 'LANE_SLOTS' | 'LANE_SLOTS_MOST'>): Slots {
  const first = settings.LANE_SLOTS;
  const most = Math.max(first, settings.LANE_SLOTS_MOST);
  /** Of each lane that ever had a ticket; there are no more than municipalities times adapters. */
  const paces = new Map<string, Pace>();
  return {
    of(lane, bound) {
      const known = paces.get(lane);
      const pace = known?.bound === bound ? known : undefined;
      if (pace) return pace.slots;
      const least = Math.min(first, bound ?? first);
      paces.set(lane, new Pace(bound, bound ?? first, least, bound ?? most, known?.running));
      return bound ?? first;
    },
    begun: (lane) => paces.get(lane)?.begun(),
    answered: (lane, milliseconds) => paces.get(lane)?.answered(milliseconds),
    failed: (lane) => paces.get(lane)?.slower(),
    ended: (lane) => paces.get(lane)?.ended(),
  };
}

/** Milliseconds that do not matter: they may be our own. */
const noise = 50;
/** By how much the best is forgotten with each judgement of a lane with slots to spare: it may be slower for good. */
const forgetting = 1.05;

class Pace {
  /** Milliseconds of an answer at its best, as far as that was lately seen. */
  #best = Number.POSITIVE_INFINITY;
  /** Since the last judgement: how many calls ran at most, and what their answers took. */
  #atOnce = 0;
  #answers: number[] = [];

  constructor(
    readonly bound: number | undefined,
    public slots: number,
    private readonly least: number,
    private readonly most: number,
    public running = 0,
  ) {}

  begun(): void {
    this.#atOnce = Math.max(this.#atOnce, ++this.running);
  }

  ended(): void {
    this.running = Math.max(0, this.running - 1);
  }

  answered(milliseconds: number): void {
    this.#answers.push(milliseconds);
    if (this.#answers.length >= this.slots) this.#judge();
  }

  slower(): void {
    this.slots = Math.max(this.least, Math.floor(this.slots / 2));
    this.#again();
  }

  #judge(): void {
    const mean = this.#answers.reduce((sum, one) => sum + one, 0) / this.#answers.length;
    const isFull = this.#atOnce > this.slots / 2;
    this.#best = Math.min(isFull ? this.#best : this.#best * forgetting, ...this.#answers);
    if (mean > 4 * this.#best + noise) this.slower();
    else if (mean <= 2 * this.#best + noise && isFull) this.slots = Math.min(this.most, this.slots * 2);
    this.#again();
  }

  #again(): void {
    this.#atOnce = this.running;
    this.#answers = [];
  }
}
