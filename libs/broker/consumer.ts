import type { Channel, ConsumeMessage } from 'amqplib';
import { type BrokerState, type Session, stayConnected } from './link.js';
import { within } from './patience.js';
import { declare, type Topology } from './topology.js';

/** `leave`: neither; the broker delivers it again when the channel ends. */
export type Verdict = 'ack' | 'reject' | 'leave';

export interface Consumer {
  state(): BrokerState;
  /** Why it is not up. */
  reason(): string | undefined;
  /** Resolves when every queue is being consumed; rejects when closed before. */
  whenUp(): Promise<void>;
  /** Takes nothing new, lets what is in hand finish within `timeout` ms, and leaves in an order that loses no ack. */
  drain(timeout: number): Promise<void>;
}

interface ConsumerOptions {
  /** Shown in the broker's list of connections. */
  name: string;
  /** All of its queues named here are declared and consumed. */
  roads: Topology;
  queues: string[];
  /** Messages per queue in hand at once; all of them are worked on at once. */
  prefetch: number;
  onState?(state: BrokerState, reason?: string): void;
  /** Must not reject. `over` is aborted when the verdict will no longer matter. */
  take(message: ConsumeMessage, over: AbortSignal): Promise<Verdict>;
}

const closeTimeout = 2_000;

/** Consumes for ever: whatever ends a consumer, the next session declares the queues and consumes again. */
export function consume(url: string, { name, roads, queues, prefetch, onState, take }: ConsumerOptions): Consumer {
  const inHand = new Set<Promise<void>>();
  const over = new AbortController();
  let open: { channel: Channel; tag: string }[] = [];
  const link = stayConnected(url, { name, onState, open: begin });

  async function begin(session: Session) {
    await session.aside((aside) => declare(aside, roads));
    open = await Promise.all(queues.map((queue) => beginWith(queue, session)));
  }

  async function beginWith(queue: string, session: Session) {
    const channel = await session.channel();
    const signal = AbortSignal.any([session.ended, over.signal]);
    await channel.prefetch(prefetch);
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (!message) return session.end(`the broker cancelled the consumer of ${queue}`);
      const work = take(message, signal).then((verdict) => {
        inHand.delete(work);
        settle(channel, message, verdict);
      });
      inHand.add(work);
    });
    return { channel, tag: consumerTag };
  }

  return {
    state: link.state,
    reason: link.reason,
    whenUp: link.whenUp,
    async drain(timeout) {
      link.stop();
      await patiently(
        closeTimeout,
        open.map(({ channel, tag }) => channel.cancel(tag)),
      );
      await patiently(timeout, [...inHand]);
      over.abort();
      await patiently(
        closeTimeout,
        open.map(({ channel }) => channel.close()),
      );
      await link.close();
    },
  };
}

/** On a channel that is gone there is nothing to settle: the broker delivers the message again. */
function settle(channel: Channel, message: ConsumeMessage, verdict: Verdict) {
  try {
    if (verdict === 'ack') channel.ack(message);
    if (verdict === 'reject') channel.reject(message, false);
  } catch {}
}

async function patiently(timeout: number, works: Promise<unknown>[]) {
  await within(timeout, Promise.allSettled(works)).catch(() => {});
}
