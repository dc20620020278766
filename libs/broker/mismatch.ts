import { type Channel, connect } from 'amqplib';
import { topology } from './topology.js';

/**
 * What a live broker lacks or holds otherwise than the topology says: the broker's own sentences, empty when all is well. Creates nothing.
 * Bindings cannot be asked for over AMQP; a ticket without one comes back as `returned`. Rejects when the broker cannot be reached.
 */
export async function drift(url: string, adapters: string[]): Promise<string[]> {
  const { exchanges, queues } = topology(adapters);
  const connection = await connect(url, { noDelay: true, timeout: 5_000 });
  connection.on('error', () => {});
  const ask = async (question: (channel: Channel) => Promise<unknown>): Promise<string[]> => {
    const channel = await connection.createChannel();
    channel.on('error', () => {});
    try {
      await question(channel);
      await channel.close();
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  };
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
    await connection.close().catch(() => {});
  }
}
