import type { Command } from 'commander';
import { registerAccessLog } from './access-log.js';
import type { Api } from './api.js';
import { registerDeadLetters } from './dead-letters.js';
import { registerLanes } from './lanes.js';
import { registerReplays } from './replays.js';
import { registerSubmissions } from './submissions.js';

/** The operator's commands: what failed, why, and bringing it back. */
export function registerOperator(program: Command, api: () => Api): void {
  registerDeadLetters(program, api);
  registerReplays(program, api);
  registerLanes(program, api);
  registerSubmissions(program, api);
  registerAccessLog(program, api);
}
