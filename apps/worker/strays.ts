import { randomUUID } from 'node:crypto';
import { consumeStrays } from '#broker/strays.js';
import type { Database } from '#store/database.js';
import { keepStray } from '#store/strays.js';
import type { Log } from '#telemetry/log.js';
import type { Metrics } from '#telemetry/metrics.js';

/**
 * Takes the messages that the broker gave back. A readable ticket needs nothing more, because its task's row knows when
 * it is due again; what cannot be read goes to the operator's list.
 */
export function keepStrays(url: string, db: Database, metrics: Metrics, log: Log) {
  return consumeStrays(
    url,
    async ({ reason, ticket, queue = null, body }) => {
      metrics.strays.inc({ reason });
      if (!ticket) await keepStray(db, { strayId: randomUUID(), at: db.now(), reason, queue, body });
    },
    { onError: (error) => log.warn('stray', { error }) },
  );
}
