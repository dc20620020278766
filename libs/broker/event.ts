import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Ticket } from '#submission/vocabulary.js';

/** The event's type, and the pattern of the handler for tickets. */
export const ticketEvent = 'de.stellwerk.task.due';
export const contentType = 'application/cloudevents+json; charset=utf-8';
const source = '/stellwerk';

const traceparent = z.string().regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);

export const ticketSchema = z.object({
  taskId: z.guid(),
  submissionId: z.guid(),
  leistung: z
    .string()
    .regex(/^99\d{12}$/)
    .describe('Leistungsschlüssel'),
  ars: z
    .string()
    .regex(/^\d{12}$/)
    .describe('Amtlicher Regionalschlüssel'),
  adapter: z.string().min(1).max(100),
  traceparent: traceparent.optional().describe('W3C Trace Context'),
});

/** CloudEvents 1.0, structured mode (JSON event format); `traceparent` is the Distributed Tracing extension. */
export const eventSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(255).describe('New for each ticket; a task may have many'),
  source: z.literal(source),
  type: z.literal(ticketEvent),
  subject: z.guid().describe('The task'),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  traceparent: traceparent.optional(),
  data: ticketSchema,
});

/**
 * A ticket as an AMQP message: the event as its body, and the properties that mirror the event. Each call makes a new
 * id.
 */
export function writeTicket({ taskId, submissionId, leistung, ars, adapter, traceparent }: Ticket, at: Date) {
  const id = randomUUID();
  const event: z.infer<typeof eventSchema> = {
    specversion: '1.0',
    id,
    source,
    type: ticketEvent,
    subject: taskId,
    time: at.toISOString(),
    datacontenttype: 'application/json',
    traceparent,
    data: { taskId, submissionId, leistung, ars, adapter, traceparent },
  };
  return {
    id,
    content: Buffer.from(JSON.stringify(event)),
    properties: {
      messageId: id,
      type: ticketEvent,
      timestamp: Math.floor(at.getTime() / 1000),
      contentType,
      appId: 'stellwerk',
      persistent: true,
    },
  };
}

/** The ticket in a message's body; undefined when the body is anything else. */
export function readTicket(body: Buffer): Ticket | undefined {
  try {
    return eventSchema.safeParse(JSON.parse(body.toString('utf8'))).data?.data;
  } catch {
    return undefined;
  }
}
