import type { Command } from 'commander';
import { registerAccessLog } from './access-log.js';
import { registerDeadLetters } from './dead-letters.js';
import { registerLanes } from './lanes.js';
import { registerReplays } from './replays.js';
import { registerSubmissions } from './submissions.js';

/** Asks the console in the name of whoever is signed in. Throws a sentence when it refuses. */
export interface Api {
  // biome-ignore lint/suspicious/noExplicitAny: the caller names the type of the answer
  get<T = any>(path: string): Promise<T>;
  // biome-ignore lint/suspicious/noExplicitAny: the caller names the type of the answer
  post<T = any>(path: string, body?: unknown): Promise<T>;
}

/** The operator's commands: what failed, why, and bringing it back. */
export function registerOperator(program: Command, api: () => Api): void {
  registerDeadLetters(program, api);
  registerReplays(program, api);
  registerLanes(program, api);
  registerSubmissions(program, api);
  registerAccessLog(program, api);
}
