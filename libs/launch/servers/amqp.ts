import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { texts } from '../texts.js';

/** Greets a broker without a login. Rejects with the system's error when nothing there speaks AMQP 0-9-1. */
export function greetBroker(url: string, timeout = 5_000): Promise<void> {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const socket =
      protocol === 'amqps:'
        ? connectTls({ host, port: Number(port || 5671), servername: host })
        : connect({ host, port: Number(port || 5672) });
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(timeout, () => fail(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
    socket.once('error', fail);
    socket.once('close', () => fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    socket.once('data', (bytes) => {
      socket.destroy();
      const isMethodFrame = bytes[0] === 1; // Connection.Start
      if (isMethodFrame) resolve();
      else reject(new Error(texts.rabbitmq.notAmqp));
    });
    socket.write('AMQP\0\0\x09\x01', 'latin1'); // the protocol header, AMQP 0-9-1 §4.2.2
  });
}

/** True when something there speaks AMQP 0-9-1. */
export function answersAmqp(url: string): Promise<boolean> {
  return greetBroker(url, 2_000).then(
    () => true,
    () => false,
  );
}
