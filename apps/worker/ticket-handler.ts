import type { Ticket } from '#submission/vocabulary.js';

/** Works on the task of a ticket: the type, and the token under which Nest injects it. */
export abstract class TicketHandler {
  abstract handle(ticket: Ticket): Promise<void>;
}
