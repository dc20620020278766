import { Session } from './session.js';
import { topology } from './topology.js';

export interface Depth {
  queue: string;
  /** Messages that wait for a consumer. Undefined when the queue does not exist; so is `consumers`. */
  messages?: number;
  consumers?: number;
}

/** How full each queue of the topology is. Creates nothing; rejects when the broker cannot be reached. */
export async function depths(
  url: string,
  adapters: string[],
): Promise<{ version: string | undefined; queues: Depth[] }> {
  const session = await Session.connect(url);
  try {
    const queues: Depth[] = [];
    for (const { name } of topology(adapters).queues) queues.push(await queueDepth(session, name));
    return { version: session.brokerVersion, queues };
  } finally {
    await session.close();
  }
}

/** Asks on a channel of its own, because the broker closes the channel on which it is asked for a missing queue. */
export async function queueDepth(session: Session, queue: string): Promise<Depth> {
  const found = await session.onOwnChannel((channel) => channel.checkQueue(queue).catch(() => undefined));
  return found ? { queue, messages: found.messageCount, consumers: found.consumerCount } : { queue };
}
