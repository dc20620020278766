import { expect } from '@jest/globals';
import { bind } from '#adapter-host/bind.js';
import { startFake } from '#adapters/kit/fake.js';
import { abstractTroubles, type Trouble } from '#adapters/kit/target.js';
import { canaries } from './samples.js';
import { type Check, knows, type Probed, Stage, speaksHttp } from './subject.js';
import { soon } from './trial.js';

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
      for (const trouble of troubles) {
        await using stage = await Stage.open(subject, trouble);
        const trial = stage.trial();
        const deadline = soon(trouble.kind.includes('hang') ? 300 : 5_000);
        const answers: object[] = [await trial.attempt({ deadline }), await trial.check({ deadline })];
        if (subject.adapter.manifest.capabilities.find) answers.push(await trial.find({ deadline }));
        const said = JSON.stringify([answers.map(withoutAttributes), trial.logs]);
        const bound = bind(subject.adapter, trial.values);
        const secrets = 'secrets' in bound ? bound.secrets : [];
        for (const word of [...canaries, ...secrets]) expect(said).not.toContain(JSON.stringify(word).slice(1, -1));
      }
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
      const bound = bind(subject.adapter, stage.trial().values);
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

/** What a register found is personal, and meant to be. */
const withoutAttributes = (answer: object) =>
  Object.fromEntries(Object.entries(answer).filter(([name]) => name !== 'attributes'));
