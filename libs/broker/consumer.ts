import type { Channel, ConsumeMessage } from 'amqplib';
import { type BrokerState, type Session, stayConnected } from './link.js';
import { pause, within } from './patience.js';
import { declare, type Topology } from './topology.js';

/** `leave`: neither; the broker delivers it again when the channel ends. */
export type Verdict = 'ack' | 'reject' | 'leave';

export interface Consumer {
  state(): BrokerState;
  /** Why it is not up. */
  reason(): string | undefined;
  /** Resolves when every queue is being consumed; rejects when closed before. */
  whenUp(): Promise<void>;
  /** Takes nothing new, lets what is in hand finish within `timeout` ms, and leaves in an order that loses no ack. Once: a second call waits for the first. */
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
  /** Its messages may be lost: a queue that does not answer is deleted, and the next session declares it anew. */
  expendable?: boolean;
  onState?(state: BrokerState, reason?: string): void;
  /** Must not reject. `over` is aborted when the verdict will no longer matter. */
  take(message: ConsumeMessage, over: AbortSignal): Promise<Verdict>;
}

const closeTimeout = 2_000;
/** Seen on 3.10: a quorum queue declared seconds before a SIGKILL of the broker comes back without a leader, says it is running, and answers nobody. */
const answerTimeout = 8_000;
/** In which the broker sends what our last acks made room for. */
const lull = 250;

/** Consumes for ever: whatever ends a consumer, the next session declares the queues and consumes again. Throws only when `url` is no address of a broker. */
export function consume(url: string, options: ConsumerOptions): Consumer {
  const { name, roads, queues, onState } = options;
  const inHand = new Set<Promise<void>>();
  const over = new AbortController();
  let taps: Tap[] = [];
  const link = stayConnected(url, { name, onState, open });

  async function open(session: Session) {
    await session.aside((aside) => declare(aside, roads));
    const signal = AbortSignal.any([session.ended, over.signal]);
    taps = await Promise.all(queues.map((queue) => openTap(session, queue, options, signal, inHand)));
  }

  async function finish() {
    while (inHand.size > 0 && !over.signal.aborted) await Promise.all(inHand);
  }

  let left: Promise<void> | undefined;
  async function leave(timeout: number) {
    link.stop();
    await patiently(
      closeTimeout,
      taps.map((tap) => tap.shut()),
    );
    await patiently(timeout, [finish()]);
    over.abort();
    await patiently(
      closeTimeout,
      taps.map((tap) => tap.channel.close()),
    );
    await link.close();
  }

  return {
    state: link.state,
    reason: link.reason,
    whenUp: link.whenUp,
    drain(timeout) {
      left ??= leave(timeout);
      return left;
    },
  };
}

/** One queue, as long as one session. */
interface Tap {
  channel: Channel;
  /** Takes nothing new. */
  shut(): Promise<void>;
}

async function openTap(
  session: Session,
  queue: string,
  { prefetch, expendable, take }: ConsumerOptions,
  over: AbortSignal,
  inHand: Set<Promise<void>>,
): Promise<Tap> {
  const channel = await session.channel();
  let unsettled = 0;
  let held: (() => void)[] | undefined;
  let full = () => {};

  function settle(message: ConsumeMessage, verdict: Verdict) {
    if (held) held.push(() => answer(channel, message, verdict));
    else answer(channel, message, verdict);
    if (!held) unsettled--;
  }

  // not in the callback of `consume`: that is gone with cancel-ok
  channel.prependListener('delivery', (message: ConsumeMessage) => {
    if (++unsettled >= prefetch) full();
    const work = take(message, over).then((verdict) => {
      inHand.delete(work);
      settle(message, verdict);
    });
    inHand.add(work);
  });
  await channel.prefetch(prefetch);
  const consuming = channel.consume(queue, (message) => {
    if (!message) session.end(`the broker cancelled the consumer of ${queue}`);
  });
  consuming.catch(() => {});
  const { consumerTag } = await within(answerTimeout, consuming).catch(async (error) => {
    if (!expendable || over.aborted) throw error;
    await session.aside((aside) => aside.deleteQueue(queue));
    throw new Error(`${queue} did not answer and was deleted`);
  });

  return {
    channel,
    /**
     * A quorum queue hands messages to a consumer before the channel sends them; those that meet a cancel on the way count as delivered, and
     * lie there until the channel ends. So no ack makes room for a message now, and the cancel waits for those that are on the way.
     */
    async shut() {
      held = [];
      if (unsettled < prefetch)
        await Promise.race([
          pause(lull),
          new Promise<void>((resolve) => {
            full = resolve;
          }),
        ]);
      await channel.cancel(consumerTag);
      for (const settled of held) settled();
      held = undefined;
    },
  };
}

/** On a channel that is gone there is nothing to settle: the broker delivers the message again. */
function answer(channel: Channel, message: ConsumeMessage, verdict: Verdict) {
  try {
    if (verdict === 'ack') channel.ack(message);
    if (verdict === 'reject') channel.reject(message, false);
  } catch {}
}

async function patiently(timeout: number, works: Promise<unknown>[]) {
  await within(timeout, Promise.allSettled(works)).catch(() => {});
}
