import { Controller, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { ticketEvent } from '#broker/event.js';
import { TicketFilter } from '#broker/transport.js';
import type { Ticket } from '#submission/vocabulary.js';
import { TicketHandler } from './ticket-handler.js';

/** Receives tickets from the broker. */
@Controller()
@UseFilters(TicketFilter)
export class TicketController {
  constructor(private readonly handler: TicketHandler) {}

  @EventPattern(ticketEvent)
  due(@Payload() ticket: Ticket): Promise<void> {
    return this.handler.handle(ticket);
  }
}
