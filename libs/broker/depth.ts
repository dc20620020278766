import { connect } from 'amqplib';
import { topology } from './topology.js';

export interface Depth {
  queue: string;
  /** Undefined: the queue does not exist. */
  messages?: number;
  consumers?: number;
}

/** How full each queue of the topology is, and the broker's version. Creates nothing; rejects when the broker cannot be reached. */
export async function depths(url: string, adapters: string[]): Promise<{ version: string; queues: Depth[] }> {
  const connection = await connect(url, { noDelay: true, timeout: 5_000 });
  connection.on('error', () => {});
  try {
    const queues: Depth[] = [];
    for (const { name } of topology(adapters).queues) {
      const channel = await connection.createChannel(); // a missing queue closes its channel
      channel.on('error', () => {});
      const found = await channel.checkQueue(name).catch(() => undefined);
      if (found) await channel.close();
      queues.push(
        found ? { queue: name, messages: found.messageCount, consumers: found.consumerCount } : { queue: name },
      );
    }
    const { version } = connection.connection.serverProperties as { version?: string };
    return { version: version ?? 'unbekannt', queues };
  } finally {
    await connection.close().catch(() => {});
  }
}
