// For tests and for whoever looks after a broker; it stays here because only libs/broker speaks AMQP.
import type { Channel } from 'amqplib';
import { Session } from './session.js';
import { topology } from './topology.js';

/**
 * What a live broker lacks, or has declared with other arguments than the topology: the broker's own sentences, empty
 * when all is well. Creates nothing. AMQP cannot ask for bindings; a ticket that misses one comes back as `returned`.
 * Rejects when the broker cannot be reached.
 */
export async function mismatches(url: string, adapters: string[]): Promise<string[]> {
  const { exchanges, queues } = topology(adapters);
  const session = await Session.connect(url);
  const ask = (question: (channel: Channel) => Promise<unknown>): Promise<string[]> =>
    session.onOwnChannel((channel) =>
      question(channel).then(
        () => [],
        (error: Error) => [error.message],
      ),
    );
  try {
    const found = await Promise.all([
      ...exchanges.map(({ name, type }) =>
        ask(async (channel) => {
          await channel.checkExchange(name);
          await channel.assertExchange(name, type, { durable: true });
        }),
      ),
      ...queues.map((queue) =>
        ask(async (channel) => {
          await channel.checkQueue(queue.name);
          await channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments });
        }),
      ),
    ]);
    return found.flat();
  } finally {
    await session.close();
  }
}
