import type { ConfirmChannel } from 'amqplib';
import type { Ticket } from '#submission/vocabulary.js';
import { writeTicket } from './event.js';
import type { PublishResult, TicketsInFlight } from './in-flight.js';
import type { Session } from './session.js';
import { declare, type Topology, taskExchange } from './topology.js';
import { pause } from './waiting.js';

/**
 * RabbitMQ 3.10 tells the consumers of a deleted quorum queue some 40 ms later. If the queue exists again by then, it
 * tells them nothing, and what they are sent from then on never arrives.
 */
const repairDelay = 1_000;

/** Publishes tickets with confirm and mandatory for as long as a session lasts. */
export class TicketChannel {
  readonly #session: Session;
  readonly #channel: ConfirmChannel;
  readonly #topology: Topology;
  readonly #inFlight: TicketsInFlight;
  #repairing = false;

  /** Declares the topology and opens the channel. */
  static async open(session: Session, topology: Topology, inFlight: TicketsInFlight): Promise<TicketChannel> {
    await session.onOwnChannel((channel) => declare(channel, topology));
    return new TicketChannel(session, await session.confirmChannel(), topology, inFlight);
  }

  private constructor(session: Session, channel: ConfirmChannel, topology: Topology, inFlight: TicketsInFlight) {
    this.#session = session;
    this.#channel = channel;
    this.#topology = topology;
    this.#inFlight = inFlight;
    channel.on('return', ({ properties, fields }) => {
      inFlight.finish(properties.messageId, 'returned');
      if (topology.queues.some(({ adapter }) => adapter === fields.routingKey)) void this.#repair();
    });
  }

  /**
   * Sends a ticket. Its result is `unavailable` when the channel is gone; otherwise it comes with the broker's confirm.
   */
  send(ticket: Ticket, at: Date): { id: string; result: Promise<PublishResult> } {
    const { id, content, properties } = writeTicket(ticket, at);
    const result = this.#inFlight.add(id);
    try {
      this.#channel.publish(taskExchange, ticket.adapter, content, { ...properties, mandatory: true }, (error) =>
        this.#inFlight.finish(id, error ? failure(error) : 'confirmed'),
      );
    } catch {
      this.#inFlight.finish(id, 'unavailable');
    }
    return { id, result };
  }

  /** A ticket for a declared queue came back, so somebody has deleted the queue or its binding: declares them anew. */
  async #repair(): Promise<void> {
    if (this.#repairing) return;
    this.#repairing = true;
    await pause(repairDelay, this.#session.ended);
    await this.#session
      .onOwnChannel((channel) => declare(channel, this.#topology))
      .catch((error: Error) => this.#session.end(error.message));
    this.#repairing = false;
  }
}

/** amqplib has no error class for a nack; it tells it from a closed channel by the message only. */
const failure = (error: Error): PublishResult => (error.message === 'message nacked' ? 'refused' : 'unavailable');
