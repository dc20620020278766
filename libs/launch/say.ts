import { Obstacle, obstacle } from './obstacle.js';

/** One plain line for the person at the terminal. */
export function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

/** Runs a verb. An {@link Obstacle} ends it with its sentence and code 1, an error of the file system likewise; a defect shows its stack. */
export async function verb(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    process.stderr.write(`${sentence(error as NodeJS.ErrnoException)}\n`);
    process.exitCode = 1;
  }
}

function sentence(error: NodeJS.ErrnoException): string | undefined {
  if (error instanceof Obstacle) return error.message;
  if (error.syscall && error.errno)
    return obstacle(`${error.path ?? 'Der Datenordner'} (STELLWERK_HOME)`, error).message;
  return error.stack;
}
