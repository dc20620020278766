import type { ConsumeMessage } from 'amqplib';
import type { Ticket } from '#submission/vocabulary.js';
import { type Consumer, consume } from './consumer.js';
import { readTicket } from './event.js';
import type { BrokerState } from './link.js';
import { pause } from './patience.js';
import { straysQueue, topology } from './topology.js';

/** What nobody could take: no ticket at all, or one that was redelivered too often. */
export interface Stray {
  body: Buffer;
  headers: Record<string, unknown>;
  messageId?: string;
  /** The broker's word: `rejected` (unreadable), `delivery_limit` (suspected of crashing its worker, may be innocent); `sent`: somebody put it here. */
  reason: (typeof reasons)[number] | 'sent';
  /** Where it was dead-lettered. */
  queue?: string;
  /** If it is readable. */
  ticket?: Ticket;
}

const reasons = ['rejected', 'delivery_limit', 'expired', 'maxlen'] as const;

interface StraysOptions {
  onState?(state: BrokerState, reason?: string): void;
  /** The handler threw. */
  onError?(error: unknown): void;
}

const prefetch = 16;
const firstPause = 500;
const longestPause = 30_000;

/** Consumes the crash net. A stray is acked when the handler has kept it; while the handler throws, it is asked again at growing pauses. */
export function consumeStrays(
  url: string,
  handler: (stray: Stray) => Promise<void>,
  options: StraysOptions = {},
): Consumer {
  return consume(url, {
    name: 'stellwerk strays',
    roads: topology([]),
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
  const word = (name: string) => (typeof headers[name] === 'string' ? headers[name] : undefined);
  return {
    body: content,
    headers,
    messageId: properties.messageId,
    reason: reasons.find((reason) => reason === word('x-first-death-reason')) ?? 'sent',
    queue: word('x-first-death-queue'),
    ticket: readTicket(content),
  };
}
