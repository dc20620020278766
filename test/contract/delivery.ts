import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Delivery } from '#adapters/contract.js';
import type { TargetFixture, Unpacked } from '#adapters/kit/fixture.js';
import type { Json } from '#submission/vocabulary.js';
import { attachment, characters, delivery, lookup, messageAs, saidByRegister } from './samples.js';
import { type Check, isRegister, type Probed, Stage, speaksHttp } from './subject.js';

const delivers = (subject: Probed) => !isRegister(subject);
const deliver = (one: Delivery) => ({ call: 'deliver' as const, delivery: one });

/** What arrives is what was handed over, in every form and with every character. */
export const deliveryChecks: Check<Probed>[] = [
  {
    name: 'delivers every Leistung that it accepts in every format that it declares, as its schema says',
    when: delivers,
    async run(subject) {
      const { accepts, formats = ['json'] } = subject.adapter.manifest;
      await using stage = await Stage.open(subject);
      for (const leistung of accepts.map((key) => (key === '*' ? '99012345678901' : key)))
        for (const format of formats) {
          const one = delivery({ leistung, format, message: messageAs(format) });
          expect(await stage.trial().work({}, deliver(one))).toMatchObject({
            kind: 'delivered',
            externalReference: expect.stringMatching(/./),
          });
        }
      expect(stage.target.effects).toHaveLength(accepts.length * formats.length);
      fitsSchema(
        subject,
        stage.target.writes.map(({ bytes }) => bytes),
      );
    },
  },
  {
    name: 'delivers every character, empty and large attachments unchanged',
    when: delivers,
    async run(subject) {
      const { adapter, fixture } = subject;
      for (const [n, format] of (adapter.manifest.formats ?? ['json']).entries()) {
        // how the message is written does not concern the files beside it, so one format carries the large one
        const large = fixture.cannot?.['large'] || n > 0 ? 64 * 1024 : 20 * 1024 * 1024;
        const files = [Buffer.alloc(0), Buffer.alloc(large, 'ä')];
        const attachments = [
          attachment('leer.txt', files[0]!),
          attachment(`Ümläut ${'é'.normalize('NFD')}.pdf`, files[1]!),
        ];
        await using stage = await Stage.open(subject);
        const one = delivery({ format, message: messageAs(format, characters), attachments });
        expect(await stage.trial().work({}, deliver(one))).toMatchObject({ kind: 'delivered' });
        const arrived = await unpacked(fixture, stage);
        for (const text of characters) expect(arrived.texts).toContain(text);
        if (!fixture.cannot?.['attachments'])
          expect(arrived.files.map(hash)).toEqual(expect.arrayContaining(files.map(hash)));
        const bare = delivery({ format, message: messageAs(format, ['.']), attachments: [] });
        expect(await stage.trial().work({}, deliver(bare))).toMatchObject({ kind: 'delivered' });
      }
    },
  },
  {
    name: 'hands over what a register said, and where it differs from the form, in every format',
    when: delivers,
    async run(subject) {
      for (const format of subject.adapter.manifest.formats ?? ['json']) {
        await using stage = await Stage.open(subject);
        const message = messageAs(format, saidByRegister);
        const one = delivery({ format, message, lookups: [lookup], attachments: [] });
        expect(await stage.trial().work({}, deliver(one))).toMatchObject({ kind: 'delivered' });
        const arrived = await unpacked(subject.fixture, stage);
        for (const text of saidByRegister) expect(arrived.texts).toContain(text);
      }
    },
  },
  {
    name: 'refuses what is too large for its target before anything leaves',
    when: (subject) => delivers(subject) && subject.fixture.cannot?.['large'] !== undefined,
    async run(subject) {
      await using stage = await Stage.open(subject);
      const one = delivery({ attachments: [attachment('gross.pdf', Buffer.alloc(20 * 1024 * 1024, 'ä'))] });
      expect(await stage.trial().work({}, deliver(one))).toMatchObject({ kind: 'rejected' });
      expect([stage.target.writes, stage.target.effects]).toEqual([[], []]);
    },
  },
  {
    name: 'renders what it delivers, but for the parts that it declares volatile',
    when: delivers,
    async run(subject) {
      const { fixture, adapter } = subject;
      for (const format of adapter.manifest.formats ?? ['json']) {
        await using stage = await Stage.open(subject);
        const trial = stage.trial();
        const one = delivery({ format, message: messageAs(format, characters) });
        await trial.work({}, deliver(one));
        const rendered = await trial.render(one);
        if (!adapter.manifest.capabilities.render) return expect(rendered).toBeNull();
        const sent = stage.target.writes.map(({ bytes }) => bytes);
        expect(sent).not.toEqual([]);
        expect(rendered?.map(({ bytes }) => steady(bytes, fixture))).toEqual(
          sent.map((bytes) => steady(bytes, fixture)),
        );
        const all = Buffer.concat(sent).toString('latin1');
        for (const pattern of Object.values(fixture.volatile ?? {})) expect(all).toMatch(pattern);
      }
    },
  },
  {
    name: 'sends the trace along',
    when: speaksHttp,
    async run(subject) {
      await using stage = await Stage.open(subject);
      await stage.trial().work();
      const traces = stage.target.requests.map(({ headers }) => headers['traceparent']);
      expect(traces).not.toEqual([]);
      expect(traces).toEqual(traces.map(() => expect.stringMatching(/^00-0af7651916cd43dd/)));
    },
  },
];

function fitsSchema({ fixture, folder }: Probed, sent: Buffer[]): void {
  if (!fixture.schema) return;
  const valid = new Ajv2020().compile(JSON.parse(readFileSync(join(folder, fixture.schema), 'utf8')) as object);
  for (const bytes of sent) expect([valid(JSON.parse(bytes.toString())), valid.errors]).toEqual([true, null]);
}

/** The bytes as latin1, without the parts that are different each time. */
function steady(bytes: Uint8Array, { volatile = {} }: TargetFixture): string {
  const text = Buffer.from(bytes).toString('latin1');
  return Object.entries(volatile).reduce(
    (rest, [part, pattern]) =>
      rest.replace(new RegExp(pattern, pattern.flags.replace('g', '').concat('g')), `<${part}>`),
    text,
  );
}

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function unpacked(fixture: TargetFixture, { target }: Stage): Promise<Unpacked> {
  const writes = target.writes.map(({ bytes }) => bytes);
  if (fixture.unpack) return fixture.unpack(writes);
  const texts: string[] = [];
  const files: Buffer[] = [];
  const collect = (value: Json, key = ''): void => {
    if (typeof value === 'string')
      key === 'contentBase64' ? files.push(Buffer.from(value, 'base64')) : texts.push(value);
    else if (typeof value === 'object' && value)
      for (const [name, inner] of Object.entries(value)) collect(inner, name);
  };
  for (const bytes of writes) collect(JSON.parse(bytes.toString()) as Json);
  return { texts: texts.join('\n'), files };
}

/** Everything that has arrived so far, as text. */
export const saidTo = async (fixture: TargetFixture, stage: Stage) => (await unpacked(fixture, stage)).texts;
