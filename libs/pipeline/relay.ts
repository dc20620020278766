import type { Publisher } from '#broker/publisher.js';
import type { Settings } from '#settings/settings.js';
import type { Database } from '#store/database.js';
import {
  forgetTickets,
  hostCalls,
  lanesWithWork,
  overdueTickets,
  putBack,
  type TakeDueRow,
  takeDue,
  takeOverdue,
} from '#store/sql/relay.js';
import { WakeLoop } from './wake-loop.js';

/** Lanes looked at in one statement. */
const lanesPerStatement = 64;
/** Milliseconds after which tickets that the broker did not take are due again. */
const refusedAgainAfter = 1000;
/** Longest time between two looks for tickets that nobody took, in milliseconds. */
const overduePause = 1000;
/** How long it believes what it knows of the hosts, in milliseconds. */
const hostsKnownFor = 25;

export interface Relay {
  /** Something became due on this lane: look there now, not at the next round. */
  wake(lane: string): void;
  close(): Promise<void>;
}

interface Needs {
  db: Database;
  publisher: Publisher;
  settings: Pick<Settings, 'LANE_SLOTS' | 'HOST_SLOTS' | 'RELAY_PAUSE' | 'TICKET_RESEND_AFTER'>;
  onError(error: unknown): void;
}

/**
 * Turns due tasks into tickets, lane by lane. Runs in gateway and worker alike; several relays do not get in each
 * other's way.
 */
export function startRelay(needs: Needs): Relay {
  return new LaneRelay(needs);
}

class LaneRelay implements Relay {
  readonly #needs: Needs;
  readonly #woken = new Set<string>();
  readonly #loop: WakeLoop;
  /** When the next round over all lanes begins, on the monotonic clock in milliseconds. */
  #roundAt = 0;
  /** When it looks next for tickets that nobody took. */
  #overdueAt = 0;
  /** Tasks of each host that are on the road, and when it asked for them. */
  #hosts = { calls: new Map<string, number>(), at: Number.NEGATIVE_INFINITY };
  #closed = false;

  constructor(needs: Needs) {
    const pause = needs.settings.RELAY_PAUSE;
    this.#needs = needs;
    this.#loop = new WakeLoop(
      async () => {
        await this.#look();
        return pause;
      },
      (error) => {
        needs.onError(error);
        this.#roundAt = performance.now() + pause;
        return pause;
      },
    );
  }

  wake(lane: string): void {
    this.#woken.add(lane);
    this.#loop.wake();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#loop.close();
  }

  async #look(): Promise<void> {
    if (this.#needs.publisher.state() !== 'up') return;
    await this.#sendWoken();
    if (performance.now() < this.#roundAt) return;
    await this.#round();
    if (performance.now() >= this.#overdueAt) await this.#sendOverdue();
    this.#roundAt = performance.now() + this.#needs.settings.RELAY_PAUSE;
  }

  /**
   * Tickets that nobody took in time may be lost, or still lie in the queue because nobody consumes it. Of all that are
   * out, as many as the queue holds may lie there: only the others are sent again, the oldest first. So a queue never
   * holds more than twice the tickets that are out, however long its worker is away. A queue with more, left by an
   * earlier version, is emptied: whoever comes back begins with tasks, not with tickets of tasks that are done.
   */
  async #sendOverdue(): Promise<void> {
    const { db, publisher, settings } = this.#needs;
    this.#overdueAt = performance.now() + Math.min(overduePause, settings.TICKET_RESEND_AFTER / 10);
    for (const { adapter, sent } of await overdueTickets(db, { now: db.now() })) {
      const ready = await publisher.ready(adapter);
      if (ready === undefined) return;
      if (ready > 2 * sent) {
        await publisher.empty(adapter);
        await forgetTickets(db, { adapter, now: db.now() });
      } else if (ready < sent)
        await this.#publish(await takeOverdue(db, { adapter, most: sent - ready, ...this.#moments() }));
    }
  }

  /** Every lane with work; those that are woken meanwhile come in between. */
  async #round(): Promise<void> {
    for (let after = ''; !this.#closed; ) {
      const rows = await lanesWithWork(this.#needs.db, { after, most: lanesPerStatement });
      const lanes = rows.map(({ lane }) => lane);
      if (lanes.length > 0) await this.#send(lanes);
      if (lanes.length < lanesPerStatement) return;
      after = lanes.at(-1)!;
      await this.#sendWoken();
    }
  }

  async #sendWoken(): Promise<void> {
    if (this.#woken.size === 0) return;
    const lanes = [...this.#woken];
    this.#woken.clear();
    await this.#send(lanes);
  }

  async #send(lanes: string[]): Promise<void> {
    const { db, settings } = this.#needs;
    const slots = { slots: settings.LANE_SLOTS, hostSlots: settings.HOST_SLOTS };
    const calls = await this.#hostCalls();
    const tickets = await takeDue(db, { lanes, ...slots, hostCalls: Object.fromEntries(calls), ...this.#moments() });
    for (const { host } of tickets) if (host) calls.set(host, (calls.get(host) ?? 0) + 1);
    await this.#publish(tickets);
  }

  async #hostCalls(): Promise<Map<string, number>> {
    if (performance.now() - this.#hosts.at > hostsKnownFor) {
      const rows = await hostCalls(this.#needs.db);
      this.#hosts = { calls: new Map(rows.map(({ host, calls }) => [host, calls])), at: performance.now() };
    }
    return this.#hosts.calls;
  }

  #moments(): { now: Date; resendAt: Date } {
    const now = this.#needs.db.now();
    return { now, resendAt: new Date(now.getTime() + this.#needs.settings.TICKET_RESEND_AFTER) };
  }

  async #publish(tickets: TakeDueRow[]): Promise<void> {
    if (tickets.length === 0) return;
    const { db, publisher } = this.#needs;
    const results = await publisher.publish(tickets.map(({ lane, host, ...ticket }) => ticket));
    const failed = tickets.filter((_, n) => results[n] !== 'confirmed').map((ticket) => ticket.taskId);
    if (failed.length > 0)
      await putBack(db, { taskIds: failed, dueAt: new Date(db.now().getTime() + refusedAgainAfter) });
  }
}
