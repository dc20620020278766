import { setTimeout as pause } from 'node:timers/promises';
import { indexEarlier } from '#access-log/person-index.js';
import { personBacklog } from '#store/sql/person.js';
import type { Log } from '#telemetry/log.js';

/** Milliseconds until it is looked again, after an error or while another gateway is at it. */
const lookAgain = 60_000;

type Parts = Omit<Parameters<typeof indexEarlier>[0], 'stop'> & { log: Log };

/**
 * Puts earlier submissions into the index of persons, in the background, since they may be many. Ends when none is
 * left.
 */
export function startIndexing({ log, ...parts }: Parts): { stop(): Promise<void> } {
  const stop = new AbortController();
  const { signal } = stop;
  async function work(): Promise<void> {
    while (!signal.aborted) {
      try {
        const count = await indexEarlier({ ...parts, stop: signal });
        if (count > 0) log.info('earlier submissions are found by person', { count });
        if (!(await personBacklog(parts.db))) return;
      } catch (error) {
        log.warn('the index of persons', { error });
      }
      await pause(lookAgain, undefined, { signal, ref: false }).catch(() => {});
    }
  }
  const ended = work();
  return {
    async stop() {
      stop.abort();
      await ended;
    },
  };
}
