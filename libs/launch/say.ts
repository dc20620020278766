import { printable } from './printable.js';

/** Prints one line for the person at the terminal. */
export function say(sentence: string): void {
  process.stdout.write(`${printable(sentence)}\n`);
}

/**
 * From now on, output neither ends this process nor holds it up: a reader that has gone (EPIPE, EIO) is done without,
 * and a terminal that has been stopped (Ctrl-S) is not waited for. Node writes to a terminal synchronously, and its
 * handle is the only place to change that.
 */
export function outliveTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {});
    const { _handle: handle } = stream as { _handle?: { setBlocking?(blocking: boolean): void } };
    handle?.setBlocking?.(false);
  }
}
