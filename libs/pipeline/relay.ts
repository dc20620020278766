import type { Publisher } from '#broker/publisher.js';
import type { Settings } from '#settings/settings.js';
import type { Database } from '#store/database.js';
import { lanesWithWork, putBack, takeDue } from '#store/sql/relay.js';
import { WakeLoop } from './wake-loop.js';

/** Lanes looked at in one statement. */
const lanesPerStatement = 64;
/** Milliseconds after which tickets that the broker did not take are due again. */
const refusedAgainAfter = 1000;

export interface Relay {
  /** Something became due on this lane: look there now, not at the next round. */
  wake(lane: string): void;
  close(): Promise<void>;
}

interface Needs {
  db: Database;
  publisher: Publisher;
  settings: Pick<Settings, 'LANE_SLOTS' | 'RELAY_PAUSE' | 'TICKET_RESEND_AFTER'>;
  onError(error: unknown): void;
}

/**
 * Turns due tasks into tickets, lane by lane. Runs in gateway and worker alike; several relays do not get in each
 * other's way.
 */
export function startRelay({ db, publisher, settings, onError }: Needs): Relay {
  const woken = new Set<string>();
  /** When the next round over all lanes begins, on the monotonic clock in milliseconds. */
  let roundAt = 0;
  let closed = false;

  async function send(lanes: string[]): Promise<void> {
    const now = db.now();
    const resendAt = new Date(now.getTime() + settings.TICKET_RESEND_AFTER);
    const tickets = await takeDue(db, { lanes, now, slots: settings.LANE_SLOTS, resendAt });
    if (tickets.length === 0) return;
    const results = await publisher.publish(tickets.map(({ lane, ...ticket }) => ticket));
    const failed = tickets.filter((_, n) => results[n] !== 'confirmed').map((ticket) => ticket.taskId);
    if (failed.length > 0)
      await putBack(db, { taskIds: failed, dueAt: new Date(db.now().getTime() + refusedAgainAfter) });
  }

  async function sendWoken(): Promise<void> {
    if (woken.size === 0) return;
    const lanes = [...woken];
    woken.clear();
    await send(lanes);
  }

  /** Every lane with work; those that are woken meanwhile come in between. */
  async function round(): Promise<void> {
    for (let after = ''; !closed; ) {
      const lanes = (await lanesWithWork(db, { after, most: lanesPerStatement })).map(({ lane }) => lane);
      if (lanes.length > 0) await send(lanes);
      if (lanes.length < lanesPerStatement) return;
      after = lanes.at(-1)!;
      await sendWoken();
    }
  }

  async function look(): Promise<number> {
    if (publisher.state() !== 'up') return settings.RELAY_PAUSE;
    await sendWoken();
    if (performance.now() >= roundAt) {
      await round();
      roundAt = performance.now() + settings.RELAY_PAUSE;
    }
    return settings.RELAY_PAUSE;
  }

  const loop = new WakeLoop(look, (error) => {
    onError(error);
    roundAt = performance.now() + settings.RELAY_PAUSE;
    return settings.RELAY_PAUSE;
  });
  return {
    wake(lane) {
      woken.add(lane);
      loop.wake();
    },
    async close() {
      closed = true;
      await loop.close();
    },
  };
}
