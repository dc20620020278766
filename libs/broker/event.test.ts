import { describe, expect, test } from '@jest/globals';
import { readTicket, ticketEvent, writeTicket } from './event.js';

const ticket = {
  taskId: '0b8f7a52-9c1d-4e0a-8c55-2f5d3f6a9e10',
  submissionId: '3c2d9f64-7a6b-4d0f-9a43-5b1e8c7d6f02',
  leistung: '99102013104000',
  ars: '081110000000',
  adapter: 'rest',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03',
};
const at = new Date('2026-11-22T09:30:00.500Z');
const event = (): Record<string, unknown> => JSON.parse(writeTicket(ticket, at).content.toString());
const read = (value: unknown) => readTicket(Buffer.from(JSON.stringify(value)));

describe('a ticket as a message', () => {
  test('is a structured CloudEvent 1.0 whose subject is the task', () => {
    expect(event()).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      source: '/stellwerk',
      type: 'de.stellwerk.task.due',
      subject: ticket.taskId,
      time: '2026-11-22T09:30:00.500Z',
      datacontenttype: 'application/json',
      traceparent: ticket.traceparent,
      data: ticket,
    });
  });

  test('mirrors the event in its AMQP properties and survives a restart of the broker', () => {
    const { id, properties } = writeTicket(ticket, at);
    expect(properties).toMatchObject({ messageId: id, type: ticketEvent, timestamp: 1795339800, persistent: true });
    expect(properties.contentType).toMatch(/^application\/cloudevents\+json/);
  });

  test('has an id of its own even for the same task', () => {
    expect(writeTicket(ticket, at).id).not.toBe(writeTicket(ticket, at).id);
  });

  test('comes back as it was sent', () => {
    expect(readTicket(writeTicket(ticket, at).content)).toEqual(ticket);
  });

  test('P3 carries nothing but ids, whatever else the caller puts in', () => {
    const stuffed = { ...ticket, name: 'Erika Mustermann' };
    expect(writeTicket(stuffed, at).content.toString()).not.toContain('Mustermann');
    expect(JSON.stringify(read({ ...event(), data: stuffed }))).not.toContain('Mustermann');
  });

  test('may carry extensions that we do not know', () => {
    expect(read({ ...event(), partitionkey: 'x' })).toEqual(ticket);
  });
});

describe('a message is no ticket when', () => {
  test.each([
    ['it is no JSON', 'Hallo'],
    ['it is empty', ''],
    ['it is null', 'null'],
    ['it is a list', '[]'],
    ['it is cut', JSON.stringify(event()).slice(0, -5)],
  ])('%s', (_, body) => {
    expect(readTicket(Buffer.from(body))).toBeUndefined();
  });

  test('its bytes are no text', () => {
    expect(readTicket(Buffer.from([0xff, 0xfe, 0x00]))).toBeUndefined();
  });

  test.each([
    ['another version of CloudEvents', { specversion: '0.3' }],
    ['another type', { type: 'de.stellwerk.task.done' }],
    ['another source', { source: '/elsewhere' }],
    ['no id', { id: undefined }],
    ['no data', { data: undefined }],
    ['a task that is no UUID', { data: { ...ticket, taskId: "1'; drop table task" } }],
    ['a region that is none', { data: { ...ticket, ars: '0811' } }],
  ])('it has %s', (_, change) => {
    expect(read({ ...event(), ...change })).toBeUndefined();
  });
});
