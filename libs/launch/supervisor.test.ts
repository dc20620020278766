import { expect, test } from '@jest/globals';
import type { Server } from './servers/server.js';
import { Supervisor, timing } from './supervisor.js';

const hurried = { ...timing, pauses: [1], ask: 1 };

/** Counts starts. `answers` is asked with the number of the start; a server ends only when it is killed or stopped. */
function unit(
  answers: (start: number) => boolean,
  stop: () => Promise<void> = async () => {},
  ready: Promise<void> = Promise.resolve(),
) {
  const counts = { starts: 0, kills: 0, questions: 0 };
  const start = async (): Promise<Server> => {
    const mine = ++counts.starts;
    let close!: () => void;
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    const end = async () => {
      close();
      await stop();
    };
    return {
      name: 'unit',
      url: '',
      processes: [],
      ready,
      closed,
      async answers() {
        counts.questions++;
        return answers(mine);
      },
      stop: end,
      async kill() {
        counts.kills++;
        close();
      },
    };
  };
  return { counts, unit: { name: 'unit', tier: 'application', signal: 'SIGTERM', start } as const };
}

test('what lives but no longer answers is ended and started again', async () => {
  let isDeaf = false;
  const { counts, unit: gateway } = unit((start) => start > 1 || !isDeaf);
  let told!: (sentence: string) => void;
  const sentence = new Promise<string>((resolve) => {
    told = resolve;
  });
  const supervisor = new Supervisor(undefined, told, hurried);
  await supervisor.keep(gateway);
  await until(() => counts.questions > 10);
  expect(counts).toMatchObject({ starts: 1, kills: 0 });
  isDeaf = true;
  expect(await sentence).toMatch(/^unit ist unerwartet ausgefallen \(antwortet nicht mehr\); neuer Start in/);
  await until(() => counts.starts === 2 && counts.questions > 20);
  expect(counts).toMatchObject({ starts: 2, kills: 1 });
  await supervisor.end();
});

test('what was ready and then never answers is ended and started again', async () => {
  const { counts, unit: gateway } = unit((start) => start > 1);
  const supervisor = new Supervisor(undefined, () => {}, hurried);
  await supervisor.keep(gateway);
  await until(() => counts.starts === 2);
  expect(counts.kills).toBe(1);
  await supervisor.end();
});

test('what has not answered yet may take its time', async () => {
  const { counts, unit: migrating } = unit(
    () => false,
    async () => {},
    new Promise(() => {}),
  );
  const supervisor = new Supervisor(undefined, () => {}, hurried);
  await supervisor.keep(migrating);
  await until(() => counts.questions > 20);
  expect(counts).toMatchObject({ starts: 1, kills: 0 });
  await supervisor.end();
});

test('a tier that cannot be ended does not keep the next ones from ending, and is told', async () => {
  const stuck = unit(
    () => true,
    () => Promise.reject(new Error('EPERM')),
  );
  let isDatabaseEnded = false;
  const database = unit(
    () => true,
    async () => {
      isDatabaseEnded = true;
    },
  );
  const supervisor = new Supervisor(undefined, () => {});
  await supervisor.keep(stuck.unit);
  await supervisor.keep({ ...database.unit, tier: 'database' });
  await expect(supervisor.end()).rejects.toThrow('EPERM');
  expect(isDatabaseEnded).toBe(true);
});

test('an outage of any length lasts at most 5 s longer because of the pauses', () => {
  expect(Math.max(...timing.pauses)).toBeLessThanOrEqual(5_000);
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}
