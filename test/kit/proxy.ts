import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Fires once, on the first bytes that match. */
export interface Trap {
  /** Bytes to wait for, in one direction. */
  marker: Buffer;
  direction: 'there' | 'back';
  /**
   * `before`: these bytes are never passed on. `after`: they are, and the next answer (or, for `back`, they themselves)
   * come first – but see `answered`.
   */
  when: 'before' | 'after';
  spring(): void;
}

/**
 * A TCP relay between a process and one of its servers, in which a test can lay a trap: so a process dies at a chosen
 * point without knowing of the test.
 */
export async function openProxy(url: string) {
  const target = new URL(url);
  const port = Number(target.port);
  const sockets = new Set<Socket>();
  let trap: Trap | undefined;

  const server = createServer((near) => {
    const far = connect(port, target.hostname);
    let tail: Record<'there' | 'back', Buffer> = { there: Buffer.alloc(0), back: Buffer.alloc(0) };
    let awaitingAnswer: Trap | undefined;
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    const pass = (direction: 'there' | 'back', to: Socket) => (chunk: Buffer) => {
      if (direction === 'back' && awaitingAnswer) {
        const sprung = awaitingAnswer;
        awaitingAnswer = undefined;
        sprung.spring(); // the server answered; the answer never arrives
        return;
      }
      const seen = Buffer.concat([tail[direction], chunk]);
      tail = { ...tail, [direction]: seen.subarray(-64) };
      if (trap?.direction === direction && seen.includes(trap.marker)) {
        const sprung = trap;
        trap = undefined;
        if (sprung.when === 'before') return sprung.spring();
        to.write(chunk);
        if (direction === 'there') awaitingAnswer = sprung;
        else sprung.spring();
        return;
      }
      to.write(chunk);
    };
    near.on('data', pass('there', far));
    far.on('data', pass('back', near));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);

  return {
    url: through.href.replace(/\/$/, target.pathname === '/' ? '' : '/'),
    lay(next: Trap) {
      trap = next;
    },
    armed: () => trap !== undefined,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
