import { expect } from '@jest/globals';
import { bind } from '#adapter-host/bind.js';
import type { Question } from '#adapter-host/call.js';
import { startFake } from '#adapters/kit/fake.js';
import { stringsIn } from '#adapters/kit/strings.js';
import { abstractTroubles, type Trouble } from '#adapters/kit/target.js';
import { canaries } from './samples.js';
import { type Check, knows, type Probed, Stage, speaksHttp } from './subject.js';
import { impatience, soon, together } from './trial.js';

/** P3: nobody learns more than they need. */
export const privacyChecks: Check<Probed>[] = [
  {
    name: 'P3 tells neither person nor secret in logs, outcomes and errors',
    async run(subject) {
      const statuses = speaksHttp(subject) ? [400, 401, 404, 409, 422, 429, 500] : [];
      const troubles: Trouble[] = [
        { kind: 'none' },
        ...abstractTroubles.filter((kind) => knows(subject, kind)).map((kind) => ({ kind })),
        ...statuses.map((status) => ({ kind: 'status' as const, status })),
      ];
      await together(troubles, async (trouble) => {
        await using stage = await Stage.open(subject, trouble);
        const trial = stage.trial();
        const deadline = soon(trouble.kind.includes('hang') ? impatience : 5_000);
        const answers: object[] = [await trial.attempt({ deadline }), await trial.check({ deadline })];
        if (subject.adapter.manifest.capabilities.find) answers.push(await trial.find({ deadline }));
        const said = JSON.stringify([answers.map(withoutAttributes), trial.logs]);
        const bound = await bind(subject.adapter, trial.values);
        const secrets = 'secrets' in bound ? bound.secrets : [];
        for (const word of [...canaries, ...secrets]) expect(said).not.toContain(JSON.stringify(word).slice(1, -1));
      });
    },
  },
  {
    name: 'P3 puts nothing that a person typed into an address or the name of a file',
    async run(subject) {
      await using stage = await Stage.open(subject);
      const trial = stage.trial();
      await trial.work();
      if (subject.adapter.manifest.capabilities.find) await trial.find();
      const { requests, names = [] } = stage.target;
      const places = [
        ...requests.flatMap(({ path, headers }) => [path, String(headers['destination'] ?? '')]),
        ...names,
      ];
      const said = places.map(plain).join('\n');
      for (const word of wordsIn(trial.question)) expect(said).not.toContain(word);
    },
  },
  {
    name: 'P3 goes to no other host, whatever the target says',
    when: speaksHttp,
    async run(subject) {
      const elsewhere = await startFake(
        () => ({ status: 200, body: { reference: 'wrong' } }),
        (url) => ({ url }),
      );
      await using stage = await Stage.open(subject, { kind: 'elsewhere', url: String(elsewhere.values['url']) });
      await stage.trial().attempt();
      await stage.trial().find();
      await stage.trial().check();
      expect(elsewhere.requests).toEqual([]);
      await elsewhere.close();
    },
  },
  {
    name: 'P3 reaches only what its parameters name',
    async run(subject) {
      await using stage = await Stage.open(subject);
      const bound = await bind(subject.adapter, stage.trial().values);
      expect('hosts' in bound && [...bound.hosts.values()]).toContain(subject.fixture.address);
    },
  },
  {
    name: 'P3 speaks plain HTTP to nobody but loopback',
    when: speaksHttp,
    async run(subject) {
      const { address } = subject.fixture;
      await using stage = await Stage.open(subject);
      expect(await stage.trial({ [address]: 'http://fachverfahren.example.org' }).attempt()).toMatchObject({
        kind: 'misconfigured',
        parameter: address,
      });
    },
  },
];

/** An address without its escapes. */
function plain(address: string): string {
  const text = address.replaceAll('+', ' ');
  try {
    return decodeURIComponent(text).toLowerCase();
  } catch {
    return text.toLowerCase();
  }
}

/** Every word of five letters or digits and more that a person typed. */
function wordsIn(question: Question): string[] {
  const typed =
    question.call === 'deliver'
      ? [question.delivery.data, question.delivery.attachments.map(({ filename }) => filename.replace(/\.\w+$/, ''))]
      : question.call === 'lookup' && question.request.subject;
  return stringsIn(typed).flatMap((text) => text.toLowerCase().match(/[\p{L}\p{N}]{5,}/gu) ?? []);
}

/** What a register found is personal, and meant to be. */
const withoutAttributes = (answer: object) =>
  Object.fromEntries(Object.entries(answer).filter(([name]) => name !== 'attributes'));
