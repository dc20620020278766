import type { ConsumeMessage } from 'amqplib';
import type { Ticket } from '#submission/vocabulary.js';
import type { BrokerState } from './connection.js';
import { type Consumer, consume } from './consumer.js';
import { readTicket } from './event.js';
import { straysQueue, topology } from './topology.js';
import { pause } from './waiting.js';

/** A message that the broker dead-lettered: one that is no ticket, or a ticket that was redelivered too often. */
export interface Stray {
  body: Buffer;
  headers: Record<string, unknown>;
  messageId?: string;
  /**
   * Why the broker dead-lettered it: `rejected` (it is unreadable), `delivery_limit` (it may have crashed its worker,
   * or was only held by a worker that crashed), `expired`, `maxlen`. `sent`: somebody published it to this queue.
   */
  reason: (typeof reasons)[number] | 'sent';
  /** The queue it was dead-lettered from. */
  queue?: string;
  /** Undefined when the body is no ticket. */
  ticket?: Ticket;
}

const reasons = ['rejected', 'delivery_limit', 'expired', 'maxlen'] as const;

interface StraysOptions {
  onState?(state: BrokerState, reason?: string): void;
  /** Called each time the handler has thrown. */
  onError?(error: unknown): void;
}

const prefetch = 16;
const firstPause = 500;
const longestPause = 30_000;

/**
 * Consumes the queue of strays. A stray is acknowledged when the handler has resolved. While the handler rejects, it is
 * called again after pauses that grow from 0.5 to 30 s.
 */
export function consumeStrays(
  url: string,
  handler: (stray: Stray) => Promise<void>,
  options: StraysOptions = {},
): Consumer {
  return consume(url, {
    name: 'stellwerk strays',
    topology: topology([]),
    queues: [straysQueue],
    prefetch,
    onState: options.onState,
    async take(message, over) {
      for (let wait = firstPause; !over.aborted; wait = Math.min(wait * 2, longestPause)) {
        try {
          await handler(readStray(message));
          return 'ack';
        } catch (error) {
          options.onError?.(error);
          await pause(wait, over);
        }
      }
      return 'leave';
    },
  });
}

function readStray({ content, properties }: ConsumeMessage): Stray {
  const headers = properties.headers ?? {};
  const text = (name: string) => (typeof headers[name] === 'string' ? headers[name] : undefined);
  return {
    body: content,
    headers,
    messageId: properties.messageId,
    reason: reasons.find((reason) => reason === text('x-first-death-reason')) ?? 'sent',
    queue: text('x-first-death-queue'),
    ticket: readTicket(content),
  };
}
