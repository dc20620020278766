import type { Publisher } from '#broker/publisher.js';
import type { Settings } from '#settings/settings.js';
import type { Database } from '#store/database.js';
import { nextLanes, putBack, takeDue } from '#store/tasks.js';

/** Lanes looked at in one statement. */
const turn = 64;

export interface Relay {
  /** Something became due on this lane: look there now, not at the next turn. */
  wake(lane: string): void;
  close(): Promise<void>;
}

type Needs = {
  db: Database;
  publisher: Publisher;
  settings: Pick<Settings, 'LANE_SLOTS' | 'RELAY_PAUSE' | 'TICKET_RESEND_AFTER'>;
  onError(error: unknown): void;
};

/** Due tasks, lane by lane, become tickets. Runs in gateway and worker alike; several relays do not get in each other's way. */
export function startRelay({ db, publisher, settings, onError }: Needs): Relay {
  const woken = new Set<string>();
  let stir = () => {};
  let closed = false;

  async function send(lanes: string[]): Promise<number> {
    const now = db.now();
    const tickets = await takeDue(
      db,
      lanes,
      now,
      settings.LANE_SLOTS,
      new Date(now.getTime() + settings.TICKET_RESEND_AFTER),
    );
    if (!tickets.length) return 0;
    const results = await publisher.publish(tickets.map(({ lane, ...ticket }) => ticket));
    const failed = tickets.filter((_, n) => results[n] !== 'confirmed').map((ticket) => ticket.taskId);
    if (failed.length) await putBack(db, failed, new Date(db.now().getTime() + 1000));
    return tickets.length - failed.length;
  }

  /** Every lane with work, in turns of 64. */
  async function round(): Promise<void> {
    for (let after = ''; !closed; ) {
      const lanes = await nextLanes(db, after, turn);
      if (lanes.length) await send(lanes);
      if (lanes.length < turn) return;
      after = lanes.at(-1)!;
      await sendWoken();
    }
  }

  async function sendWoken(): Promise<void> {
    if (!woken.size) return;
    const lanes = [...woken];
    woken.clear();
    await send(lanes);
  }

  async function run(): Promise<void> {
    let roundAt = 0;
    while (!closed) {
      try {
        if (publisher.state() === 'up') {
          await sendWoken();
          if (performance.now() >= roundAt) {
            await round();
            roundAt = performance.now() + settings.RELAY_PAUSE;
          }
        }
      } catch (error) {
        onError(error);
        roundAt = performance.now() + settings.RELAY_PAUSE;
      }
      if (!closed && !(woken.size && publisher.state() === 'up')) await rest(settings.RELAY_PAUSE);
    }
  }

  const rest = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      stir = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const running = run();
  return {
    wake(lane) {
      woken.add(lane);
      stir();
    },
    async close() {
      closed = true;
      stir();
      await running;
    },
  };
}
