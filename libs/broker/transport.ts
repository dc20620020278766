import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { BaseRpcContext, type CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { ConsumeMessage } from 'amqplib';
import { isObservable, lastValueFrom, type Observable, throwError } from 'rxjs';
import type { Ticket } from '#submission/vocabulary.js';
import type { BrokerState } from './connection.js';
import { type Consumer, consume } from './consumer.js';
import { readTicket, ticketEvent } from './event.js';
import type { Acknowledgement } from './queue-consumer.js';
import { taskQueue, topology } from './topology.js';

interface TransportOptions {
  url: string;
  /** The ids of the adapters whose queues it consumes. */
  adapters: string[];
  /** How many tickets of each adapter are worked on at once. */
  prefetch: number;
  onState?(state: BrokerState, reason?: string): void;
  /** Called when a handler threw. The ticket is acknowledged all the same: the task's row says when it is due again. */
  onTicketError?(error: unknown, ticket: Ticket): void;
}

/** When Nest closes the transport, running handlers get this long; ms. */
const defaultDrain = 10_000;

/**
 * Hands a handler's own error on to `onTicketError`; Nest's default filter would log it and hide it. To be used with
 * `@UseFilters` on the handler's controller.
 */
@Catch()
export class TicketFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Brings tickets to the handler marked `@EventPattern(ticketEvent)`, and acknowledges each one when the handler has
 * finished, even with an error. A message that is no ticket is rejected and becomes a stray. When the connection ends
 * while a handler is running, the broker delivers its ticket again.
 */
export class TicketTransport extends Server<Record<string, never>, BrokerState> implements CustomTransportStrategy {
  /** `take` awaits the handler, so Nest need not log its failure. */
  override readonly propagatesEventHandlerErrors = true;
  private consumer?: Consumer;

  constructor(private readonly options: TransportOptions) {
    super();
  }

  /**
   * Nest calls it at the start. Calls back at once, also when the broker is down; with an error when the application
   * has no handler for tickets, or when `url` is not the address of a broker.
   */
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

  /** Why it is not up, as an English sentence; undefined while it is. */
  reason(): string | undefined {
    return this.consumer?.reason();
  }

  /** Resolves when every queue is being consumed; rejects when it is closed before. */
  async whenUp(): Promise<void> {
    await this.consumer?.whenUp();
  }

  /**
   * Takes no new tickets, lets running handlers finish within `timeout` ms, and closes in an order that loses no
   * acknowledgement.
   */
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
      topology: topology(adapters),
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

  private async take({ content, properties, fields }: ConsumeMessage): Promise<Acknowledgement> {
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
