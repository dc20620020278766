import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sample } from '#fim/sample.js';
import { compose, identityFile } from '#processes/assemble.js';
import { readStored, storedSchema } from '#schema-import/stored.js';
import { corpusFolder } from '../corpus.js';
import { formOf } from '../kit/form.js';
import { blueCardLists, free, smallForm, smallRules, smallSchema } from '../kit/schemas.js';
import { openWorld } from '../kit/world.js';

const blueCard = join(corpusFolder('fim'), 'xdf2', 'S00000121V1.0_BlaueKarteEU_xdf2.xml');
const withCorpus = existsSync(blueCard) ? test : test.skip;

const stuttgart = '081110000000';
const blueLeistung = '99010003001009';
const ruled = '99010003001008';

describe('P1 schemas that are imported while all runs', () => {
  let world: Awaited<ReturnType<typeof openWorld>>;
  beforeAll(async () => {
    world = await openWorld();
    await Promise.all([world.gateway.start(), world.worker.start(), world.console.start()]);
    for (const leistung of [free, blueLeistung, ruled])
      await world.setParameter('08111', leistung, 'fachverfahren', 'rest');
  }, 120_000);
  afterAll(() => world?.close());

  async function importSchema(
    schema: string | Buffer<ArrayBuffer>,
    leistung: string,
    more: Record<string, string> = {},
    lists = {},
  ) {
    const form = new FormData();
    form.append('schema', new Blob([schema]), 'schema.xml');
    for (const [urn, list] of Object.entries<string>(lists)) form.append(`list:${urn}`, new Blob([list]), 'list.xml');
    for (const [name, value] of Object.entries({ leistung, ...more })) form.append(name, value);
    const answer = await fetch(`${world.console.url}/api/v1/schemas`, {
      method: 'POST',
      body: form,
      headers: { authorization: `Bearer ${await world.bearer('operator')}` },
    });
    return { status: answer.status, body: (await answer.json()) as { [name: string]: unknown } };
  }

  const accepted = async (leistung: string, body: object) => {
    const answer = await world.post(leistung, stuttgart, body as never);
    const { submissionId } = (await answer.json()) as { submissionId: string };
    expect(answer.status).toBe(202);
    return submissionId;
  };
  const schemaOf = async (submissionId: string) => {
    const { rows } = await world.db.query(
      `select schema_id || 'V' || schema_version as key, process_version from submission where submission_id = $1`,
      [submissionId],
    );
    return [rows[0]!['key'], rows[0]!['process_version']];
  };

  test('P1 a running gateway takes the next request by the new schema, and a running worker delivers it', async () => {
    const { pid } = world.gateway;
    // the universal process knows no such field
    expect((await world.post(free, stuttgart, smallForm)).status).toBe(422);
    expect((await importSchema(smallSchema(), free)).status).toBe(201);
    const submissionId = await accepted(free, smallForm);
    expect(await schemaOf(submissionId)).toEqual(['S08000000077V1.0.0', 'S08000000077V1.0.0']);
    expect(await world.allFinished()).toEqual({ done: 1 });
    expect(world.gateway.pid).toBe(pid);
    const described = await fetch(`${world.gateway.url}/service-bw/v1/processes/${free}`, {
      headers: { authorization: `Bearer ${await world.bearer()}` },
    });
    expect(await described.json()).toMatchObject({
      schema: { id: 'S08000000077', version: '1.0.0' },
      universal: false,
    });
  });

  test('P1 what the old version accepted is delivered by it, also by a worker that starts later', async () => {
    await world.worker.stop();
    const old = await accepted(free, smallForm);
    expect((await importSchema(smallSchema({ version: '1.1.0' }), free)).status).toBe(201);
    const young = await accepted(free, smallForm);
    expect(await schemaOf(old)).toEqual(['S08000000077V1.0.0', 'S08000000077V1.0.0']);
    expect(await schemaOf(young)).toEqual(['S08000000077V1.1.0', 'S08000000077V1.1.0']);

    const withdrawn = await fetch(
      `${world.console.url}/api/v1/schemas/S08000000077/1.0.0?reason=${encodeURIComponent('abgelöst')}`,
      { method: 'DELETE', headers: { authorization: `Bearer ${await world.bearer('operator')}` } },
    );
    expect(withdrawn.status).toBe(200);
    await world.worker.start();
    await world.allFinished();
    for (const id of [old, young]) expect((await world.view(id)).state).toBe('delivered');
  });

  test('P1 after both have started anew, they still know it', async () => {
    await Promise.all([world.gateway.kill(), world.worker.kill()]);
    await Promise.all([world.gateway.start(), world.worker.start()]);
    const submissionId = await accepted(free, smallForm);
    expect(await schemaOf(submissionId)).toEqual(['S08000000077V1.1.0', 'S08000000077V1.1.0']);
    await world.allFinished();
    expect((await world.view(submissionId)).state).toBe('delivered');
  });

  test('P1 rules beside a schema hold at the running gateway, and a new version of them is a new import', async () => {
    const text = 'Das Anliegen ist genau bezeichnet.';
    const schema = smallSchema({ rule: text });
    const filled = (said: string) => ({ G08000000770_0_F08000000771: said });
    const tried = async (said: string) => {
      const answer = await world.post(ruled, stuttgart, filled(said));
      const { errors = [] } = (await answer.json()) as { errors?: { message: string }[] };
      return [answer.status, ...errors.map(({ message }) => message)];
    };
    const message = 'Bitte nennen Sie Ihr Anliegen genauer.';
    expect((await importSchema(schema.replaceAll('S08000000077', 'S08000000079'), ruled)).status).toBe(201);
    expect(await tried('egal')).toEqual([202]);

    const withRules = (version: string, said: string, more = {}) =>
      importSchema(schema.replaceAll('S08000000077', 'S08000000079'), ruled, {
        rules: smallRules(text, version, said).replaceAll('S08000000077', 'S08000000079'),
        ...more,
      });
    const made = await withRules('1', 'egal');
    expect(made).toMatchObject({
      status: 201,
      body: {
        rulesVersion: '1',
        enforced: { rules: { checked: 1, unchecked: 0 } },
        changes: [{ what: 'rule', breaking: true, message: expect.stringContaining(message) }],
      },
    });
    expect(await tried('egal')).toEqual([422, message]);
    expect(await tried('ganz egal')).toEqual([202]);

    expect(await withRules('1', 'ganz egal')).toMatchObject({ status: 409 });
    expect((await withRules('2', 'ganz egal')).body['changes']).toMatchObject([{ what: 'rule' }, { what: 'rule' }]);
    expect([await tried('egal'), await tried('ganz egal')]).toEqual([[202], [422, message]]);
    const { rows } = await world.db.query(
      `select distinct process_version from submission where leistung = $1 order by process_version`,
      [ruled],
    );
    const versions = ['', 'R1', 'R2'].map((rules) => `S08000000079V1.0.0${rules}`);
    expect(rows.map((row) => row['process_version'])).toEqual(versions);
  });

  withCorpus('P1 the real S00000121, taken in from nothing, accepts a form and delivers it', async () => {
    const file = readFileSync(blueCard);
    const reason = 'Probe mit einem echten Schema';
    const made = await importSchema(file, blueLeistung, { force: 'true', reason }, blueCardLists);
    expect(made.status).toBe(201);
    const model = readStored((await storedSchema(world.db, { schemaId: 'S00000121', version: '1.0' }))!);
    const process = compose(
      identityFile({ leistung: blueLeistung, title: 'T', version: '1', validFrom: '2026-01-01', adapter: 'rest' }),
      model,
    );
    const form = formOf(process, sample(model, { seed: 3, fill: 0 }));
    const submissionId = await accepted(blueLeistung, Object.fromEntries(form.map(({ key, value }) => [key, value])));
    await world.allFinished();
    expect(await schemaOf(submissionId)).toEqual(['S00000121V1.0', 'S00000121V1.0']);
    expect((await world.view(submissionId)).state).toBe('delivered');
  });
});
