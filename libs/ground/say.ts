import { Obstacle } from './obstacle.js';

/** One plain line for the person at the terminal. */
export function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

/** Runs a verb. An {@link Obstacle} ends it with its sentence and code 1; anything else is a defect and shows its stack. */
export async function verb(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    process.stderr.write(`${error instanceof Obstacle ? error.message : (error as Error).stack}\n`);
    process.exitCode = 1;
  }
}
