import { Obstacle, obstacle } from './obstacle.js';
import { printable } from './printable.js';
import { texts } from './texts.js';

/**
 * Runs what was typed at the terminal; its result is the exit code. An {@link Obstacle} and an error of the file system
 * end it with their sentence and exit code 1; any other error is a defect and shows its stack.
 */
export async function runCommand(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    process.stderr.write(`${printable(sentence(error as NodeJS.ErrnoException) ?? '')}\n`);
    process.exitCode = 1;
  }
}

function sentence(error: NodeJS.ErrnoException): string | undefined {
  if (error instanceof Obstacle) return error.message;
  if (error.syscall && error.errno) return obstacle(texts.home.path(error.path), error).message;
  return error.stack;
}
