import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { listen } from './listen.js';

/** `there`: to the server. `back`: from the server. */
type Direction = 'there' | 'back';

/** Springs once, on the first bytes that contain the marker. */
export interface Trap {
  marker: Buffer;
  direction: Direction;
  /**
   * `before`: it springs instead of passing the bytes on. `after`: the bytes are passed on. On the way back it springs
   * at once; on the way there it springs when the server's answer arrives, which is not passed on.
   */
  when: 'before' | 'after';
  spring(): void;
  /** What it held back is passed on all the same, once it has sprung. */
  passes?: true;
}

/**
 * A TCP relay between a process and one of its servers, in which a test can lay a trap. So a process dies at a chosen
 * point without knowing of the test. `port`: by default any that is free.
 */
export async function openProxy(url: string, port = 0) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let trap: Trap | undefined;
  let held: (() => void)[] | undefined;
  const send = (to: Socket, chunk: Buffer) => void (held ? held.push(() => to.write(chunk)) : to.write(chunk));

  /** Removes the trap and returns it if these bytes spring it. */
  function trapFor(direction: Direction, bytes: Buffer): Trap | undefined {
    if (trap?.direction !== direction || !bytes.includes(trap.marker)) return undefined;
    const found = trap;
    trap = undefined;
    return found;
  }

  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    near.setNoDelay(true);
    far.setNoDelay(true);
    closeTogether(near, far, sockets);
    relay(near, far, trapFor, send);
  });
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(await listen(server, port));

  return {
    url: through.href.replace(/\/$/, target.pathname === '/' ? '' : '/'),
    lay(next: Trap) {
      trap = next;
    },
    armed: () => trap !== undefined,
    /** Passes nothing on any more, in either direction; what comes meanwhile is passed on by what this returns. */
    hold() {
      held = [];
      return () => {
        const waiting = held ?? [];
        held = undefined;
        for (const pass of waiting) pass();
      };
    },
    /** Ends all connections; new ones are taken. */
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** When one of the two sockets closes, the other one does. While they are open, they are in `sockets`. */
export function closeTogether(near: Socket, far: Socket, sockets: Set<Socket>): void {
  for (const socket of [near, far]) {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      near.destroy();
      far.destroy();
    });
  }
}

/** Passes bytes on in both directions until a trap springs. A marker may be cut in two by the network. */
function relay(
  near: Socket,
  far: Socket,
  trapFor: (direction: Direction, bytes: Buffer) => Trap | undefined,
  send: (to: Socket, chunk: Buffer) => void,
): void {
  const last: Record<Direction, Buffer> = { there: Buffer.alloc(0), back: Buffer.alloc(0) };
  let awaitingAnswer: Trap | undefined;
  const pass = (direction: Direction, to: Socket) => (chunk: Buffer) => {
    if (direction === 'back' && awaitingAnswer) {
      const answered = awaitingAnswer;
      awaitingAnswer = undefined;
      answered.spring();
      if (answered.passes) send(to, chunk);
      return;
    }
    const seen = Buffer.concat([last[direction], chunk]);
    last[direction] = seen.subarray(-64);
    const trap = trapFor(direction, seen);
    if (trap?.when === 'before') {
      trap.spring();
      if (trap.passes) send(to, chunk);
      return;
    }
    send(to, chunk);
    if (!trap) return;
    if (direction === 'there') awaitingAnswer = trap;
    else trap.spring();
  };
  near.on('data', pass('there', far));
  far.on('data', pass('back', near));
}
