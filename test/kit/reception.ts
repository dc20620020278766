import { loadAdapters } from '#adapter-host/load.js';
import { openChanges } from '#parameters/changes.js';
import { defineParameters } from '#parameters/definitions.js';
import { openParameters } from '#parameters/effective.js';
import { openProcesses } from '#processes/load.js';
import { loadRegions } from '#regions/regions.js';
import type { Database } from '#store/database.js';
import type { Submission } from '#submission/submission.js';
import type { Json } from '#submission/vocabulary.js';
import { Reception } from '../../apps/gateway/reception.js';

const limits = { body: 25e6, file: 20e6, files: 20, fields: 5000, depth: 64 };

/** What the gateway does between token and store, without its process. `key` is for secret parameters. */
export async function openTestReception(db: Database, key: Uint8Array) {
  const adapters = await loadAdapters();
  const processes = openProcesses();
  const definitions = defineParameters([...adapters.values()], processes);
  const parameters = openParameters({ db, key, definitions });
  const changes = openChanges({ db, key, definitions });
  const follow = async () => {};
  const reception = new Reception({ db, processes, follow, parameters, adapters, regions: loadRegions(), limits });
  return {
    adapters,
    processes,
    parameters,
    async setParameter(region: string, leistung: string, name: string, value: Json) {
      const where = { region, leistung, name };
      const { etag } = await changes.history(where);
      await changes.set(where, { value, author: 'test', reason: 'Test', ifMatch: etag });
    },
    /** A form, as JSON or XML, that may be accepted; throws what the portal would be told. */
    async receive(
      leistung: string,
      ars: string,
      form: Json | Buffer,
    ): Promise<{ submission: Submission; contentHash: string }> {
      const body = Buffer.isBuffer(form) ? form : Buffer.from(JSON.stringify(form));
      const contentType = body[0] === 60 ? 'application/xml' : 'application/json';
      return reception.receive(await reception.findDestination({ leistung, ars }), { contentType, body });
    },
  };
}
