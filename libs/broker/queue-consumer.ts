import type { Channel, ConsumeMessage } from 'amqplib';
import type { Session } from './session.js';
import { pause, within } from './waiting.js';

/**
 * What the broker is told about a message: `ack` removes it, `reject` makes it a stray, `leave` tells nothing, so that
 * the broker delivers the message again when the channel ends.
 */
export type Acknowledgement = 'ack' | 'reject' | 'leave';

export interface QueueOptions {
  /** How many messages of a queue may be delivered and not yet acknowledged. All of them are worked on at once. */
  prefetch: number;
  /** The messages may be lost: a queue that does not answer is deleted, and the next session declares it anew. */
  expendable?: boolean;
  /** Works on a message. Must not reject. `over` is aborted when the broker no longer waits for the acknowledgement. */
  take(message: ConsumeMessage, over: AbortSignal): Promise<Acknowledgement>;
}

/**
 * RabbitMQ 3.10: a quorum queue that was declared seconds before a SIGKILL of the broker can come back without a
 * leader. The broker says that it is running, but it answers nobody.
 */
const answerTimeout = 8_000;
/** After a moment without acknowledgements, the broker has sent all messages that the last ones made room for. */
const cancelDelay = 250;

/** Consumes one queue on a channel of its own, for as long as the session lasts. */
export class QueueConsumer {
  readonly #channel: Channel;
  readonly #options: QueueOptions;
  #consumerTag = '';
  #unacknowledged = 0;
  /** Calls when as many messages are unacknowledged as `prefetch` allows, so that the broker can send no more. */
  #full = () => {};
  /** While the consumer is being cancelled, acknowledgements wait here. */
  #postponed: (() => void)[] | undefined;

  /**
   * Starts to consume. The work on each message is in `inProgress` while it runs, also beyond the end of the session;
   * `over` is handed to it. Rejects when the queue does not exist or does not answer.
   */
  static async open(
    session: Session,
    queue: string,
    options: QueueOptions,
    over: AbortSignal,
    inProgress: Set<Promise<void>>,
  ): Promise<QueueConsumer> {
    const consumer = new QueueConsumer(await session.channel(), options);
    consumer.#workOnDeliveries(over, inProgress);
    await consumer.#start(session, queue, over);
    return consumer;
  }

  private constructor(channel: Channel, options: QueueOptions) {
    this.#channel = channel;
    this.#options = options;
  }

  /**
   * Takes no new messages. A quorum queue assigns messages to a consumer before the channel sends them. A message that
   * meets the cancellation on its way counts as delivered, but waits until the channel ends. Therefore no
   * acknowledgement makes room for another message now, and the cancellation waits for the messages on their way.
   */
  async cancel(): Promise<void> {
    this.#postponed = [];
    if (this.#unacknowledged < this.#options.prefetch)
      await Promise.race([
        pause(cancelDelay),
        new Promise<void>((resolve) => {
          this.#full = resolve;
        }),
      ]);
    await this.#channel.cancel(this.#consumerTag);
    for (const acknowledge of this.#postponed) acknowledge();
    this.#postponed = undefined;
  }

  /** Ends the channel. The broker delivers again what has not been acknowledged. */
  close(): Promise<void> {
    return this.#channel.close();
  }

  /** Not in the callback of `consume`, which amqplib forgets as soon as the cancellation is confirmed. */
  #workOnDeliveries(over: AbortSignal, inProgress: Set<Promise<void>>): void {
    const { prefetch, take } = this.#options;
    this.#channel.prependListener('delivery', (message: ConsumeMessage) => {
      if (++this.#unacknowledged >= prefetch) this.#full();
      const work = take(message, over).then((acknowledgement) => {
        inProgress.delete(work);
        this.#acknowledge(message, acknowledgement);
      });
      inProgress.add(work);
    });
  }

  async #start(session: Session, queue: string, over: AbortSignal): Promise<void> {
    const { prefetch, expendable } = this.#options;
    await this.#channel.prefetch(prefetch);
    const consuming = this.#channel.consume(queue, (message) => {
      if (!message) session.end(`the broker cancelled the consumer of ${queue}`);
    });
    consuming.catch(() => {});
    const { consumerTag } = await within(answerTimeout, consuming).catch(async (error) => {
      if (!expendable || over.aborted) throw error;
      await session.onOwnChannel((channel) => channel.deleteQueue(queue));
      throw new Error(`${queue} did not answer and was deleted`);
    });
    this.#consumerTag = consumerTag;
  }

  #acknowledge(message: ConsumeMessage, acknowledgement: Acknowledgement): void {
    if (this.#postponed) {
      this.#postponed.push(() => this.#send(message, acknowledgement));
      return;
    }
    this.#send(message, acknowledgement);
    this.#unacknowledged--;
  }

  /** On a channel that is gone, amqplib throws. There is nothing to do then: the broker delivers the message again. */
  #send(message: ConsumeMessage, acknowledgement: Acknowledgement): void {
    try {
      if (acknowledgement === 'ack') this.#channel.ack(message);
      if (acknowledgement === 'reject') this.#channel.reject(message, false);
    } catch {}
  }
}
