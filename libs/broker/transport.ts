import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { BaseRpcContext, type CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { ConsumeMessage } from 'amqplib';
import { isObservable, lastValueFrom, type Observable, throwError } from 'rxjs';
import type { Ticket } from '#submission/vocabulary.js';
import { type Consumer, consume, type Verdict } from './consumer.js';
import { readTicket, ticketEvent } from './event.js';
import type { BrokerState } from './link.js';
import { taskQueue, topology } from './topology.js';

interface TransportOptions {
  url: string;
  /** Whose queues it consumes. */
  adapters: string[];
  /** Tickets per adapter in hand at once. */
  prefetch: number;
  onState?(state: BrokerState, reason?: string): void;
  /** A handler threw. The ticket is acked all the same: the task row knows when it is due again. */
  onTicketError?(error: unknown, ticket: Ticket): void;
}

const defaultDrain = 10_000;

/** Gives a handler's own error to `onTicketError`; Nest's default filter logs it and hides it. For `@UseFilters` on the handler's controller. */
@Catch()
export class TicketFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Brings tickets to the handler marked `@EventPattern(ticketEvent)`, and acks when its promise has settled.
 * What is no ticket is rejected and becomes a stray. A handler that outlives its connection loses its ack, and the ticket comes again.
 */
export class TicketTransport extends Server<Record<string, never>, BrokerState> implements CustomTransportStrategy {
  /** We watch the handler's promise, so Nest need not log its failure. */
  override readonly propagatesEventHandlerErrors = true;
  private consumer?: Consumer;

  constructor(private readonly options: TransportOptions) {
    super();
  }

  /** Calls back at once, also when the broker is down; with an error if the app has no handler for tickets or `url` is no address. */
  listen(callback: (error?: Error) => void): void {
    let failure: Error | undefined;
    try {
      this.consumer = this.open();
    } catch (error) {
      failure = error as Error;
    }
    callback(failure);
  }

  state(): BrokerState {
    return this.consumer?.state() ?? 'down';
  }

  /** Why it is not up. */
  reason(): string | undefined {
    return this.consumer?.reason();
  }

  /** Resolves when every queue is being consumed; rejects when closed before. */
  async whenUp(): Promise<void> {
    await this.consumer?.whenUp();
  }

  /** Takes nothing new, lets running handlers finish within `timeout` ms, and leaves in an order that loses no ack. */
  async drain(timeout: number): Promise<void> {
    await this.consumer?.drain(timeout);
  }

  /** Nest calls it on shutdown. */
  close(): Promise<void> {
    return this.drain(defaultDrain);
  }

  override on(): never {
    throw new Error('TicketTransport emits no events; see status and onState');
  }

  override unwrap<T>(): T {
    return this as unknown as T;
  }

  private open(): Consumer {
    const { url, adapters, prefetch, onState } = this.options;
    if (!this.getHandlerByPattern(ticketEvent)) throw new Error(`No @EventPattern('${ticketEvent}') handler`);
    return consume(url, {
      name: 'stellwerk tickets in',
      roads: topology(adapters),
      queues: adapters.map(taskQueue),
      prefetch,
      expendable: true,
      onState: (state, reason) => {
        this._status$.next(state);
        onState?.(state, reason);
      },
      take: (message) => this.take(message),
    });
  }

  private async take({ content, properties, fields }: ConsumeMessage): Promise<Verdict> {
    const ticket = readTicket(content);
    if (!ticket) return 'reject';
    try {
      const context = new BaseRpcContext([{ messageId: properties.messageId, redelivered: fields.redelivered }]);
      const result = await this.getHandlerByPattern(ticketEvent)!(ticket, context);
      if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
    } catch (error) {
      this.options.onTicketError?.(error, ticket);
    }
    return 'ack';
  }
}
