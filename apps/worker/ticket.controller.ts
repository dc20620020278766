import { Controller, type Type, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { ticketEvent } from '#broker/event.js';
import { TicketFilter } from '#broker/transport.js';
import type { Ticket } from '#submission/vocabulary.js';

/** Hands tickets to the pipeline. */
export function ticketController(handle: (ticket: Ticket) => Promise<void>): Type {
  @Controller()
  @UseFilters(TicketFilter)
  class TicketController {
    @EventPattern(ticketEvent)
    due(@Payload() ticket: Ticket): Promise<void> {
      return handle(ticket);
    }
  }
  return TicketController;
}
