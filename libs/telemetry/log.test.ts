import { describe, expect, test } from '@jest/globals';
import { type Level, openLog } from './log.js';
import { nestLogger } from './nest.js';

const canary = 'Erika Kanarienvogel';

/** A log and the lines it wrote. */
function listen(level: Level = 'debug') {
  const lines: Record<string, unknown>[] = [];
  const log = openLog('test', level, { write: (line) => void lines.push(JSON.parse(line)) });
  return { log, lines, text: () => JSON.stringify(lines) };
}

describe('a log line', () => {
  test('is JSON with time, level, app, message and the fields that are allowed', () => {
    const { log, lines } = listen();
    log.info('done', { taskId: '0b8f7a52-9c1d-4e0a-8c55-2f5d3f6a9e10', adapter: 'rest', attempt: 2, durationMs: 12.5 });
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        app: 'test',
        message: 'done',
        taskId: '0b8f7a52-9c1d-4e0a-8c55-2f5d3f6a9e10',
        adapter: 'rest',
        attempt: 2,
        durationMs: 12.5,
      },
    ]);
  });

  test('is not written below the level', () => {
    const { log, lines } = listen('warn');
    log.info('quiet');
    log.warn('loud');
    expect(lines).toHaveLength(1);
  });

  test('repeats the fields of the log it comes from, and only the allowed ones', () => {
    const { log, lines, text } = listen();
    log.with({ lane: 'rest/081110000000', name: canary }).info('closed');
    expect(lines[0]).toMatchObject({ lane: 'rest/081110000000' });
    expect(text()).not.toContain(canary);
  });

  test('P3 drops every field that is not on the list', () => {
    const { log, lines, text } = listen();
    log.info('x', {
      name: canary,
      body: { a: canary },
      query: canary,
      toString: canary,
      __proto__: { adapter: canary },
    });
    expect(Object.keys(lines[0]!)).toEqual(['level', 'time', 'app', 'message']);
    expect(text()).not.toContain(canary);
  });

  test.each([
    'taskId',
    'adapter',
    'outcome',
    'ars',
    'route',
    'method',
    'code',
    'durationMs',
    'traceId',
    'frames',
    'address',
  ])('P3 replaces what does not look like %s', (field) => {
    const { log, lines } = listen();
    for (const value of [canary, { canary }, [canary], () => canary]) log.info('x', { [field]: value });
    for (const line of lines) expect(['…', []]).toContainEqual(line[field]);
  });
});

describe('P3 an error in the log', () => {
  const write = (error: unknown) => {
    const { log, lines, text } = listen();
    log.error('failed', { error });
    return { error: lines[0]!['error'] as Record<string, unknown>, text: text() };
  };
  const thrown = (work: () => unknown): unknown => {
    try {
      return work();
    } catch (error) {
      return error;
    }
  };

  test('has its name, its code and where it was thrown', () => {
    const { error } = write(
      Object.assign(new TypeError('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }),
    );
    expect(error).toMatchObject({
      name: 'TypeError',
      code: 'ECONNREFUSED',
      message: 'connect ECONNREFUSED 127.0.0.1:5432',
    });
    expect(error['at']).toEqual(expect.arrayContaining([expect.stringContaining('log.test.')]));
  });

  test('of the database shows neither detail nor values nor the statement', () => {
    const { error, text } = write(
      Object.assign(new Error(`invalid input syntax for type uuid: "${canary}"`), {
        code: '22P02',
        constraint: 'task_pkey',
        detail: `Key (name)=(${canary}) already exists.`,
        where: canary,
        query: `insert into person values ('${canary}')`,
        parameters: [canary],
      }),
    );
    expect(error).toMatchObject({
      code: '22P02',
      constraint: 'task_pkey',
      message: expect.stringMatching(/^invalid input syntax for type uuid: …/),
    });
    expect(text).not.toContain('Kanarienvogel');
  });

  test.each<[string, () => unknown]>([
    ['JSON.parse of a text', () => JSON.parse(canary)],
    ['JSON.parse in the middle', () => JSON.parse(`{"a": "b", "name": "${canary}", x}`)],
    ['BigInt', () => BigInt(canary)],
    ['a date format', () => new Intl.DateTimeFormat('de', { timeZone: canary })],
    ['decodeURIComponent', () => decodeURIComponent(`%${canary}`)],
    ['a new URL', () => new URL(canary)],
    ['a method that is none', () => (canary as never as () => void)()],
  ])('of %s does not quote its input', (_, work) => {
    const error = thrown(work);
    expect((error as Error).stack).toContain('Error');
    expect(write(error).text).not.toContain('Kanarienvogel');
  });

  test.each([
    ['in quotes', `Wert „${canary}“ passt nicht`],
    ['in one open quote', `unexpected "${canary}`],
    ['on the next line', `failed\n${canary}`],
    ['as a mail address', 'no mailbox erika.kanarienvogel@example.org'],
    ['as a cause', 'outer'],
  ])('leaves out a value %s', (_, message) => {
    const { text } = write(Object.assign(new Error(message, { cause: new Error(canary) }), { input: canary }));
    expect(text).not.toMatch(/kanarienvogel/i);
  });

  test('leaves out long numbers', () => {
    expect(write(new Error('IBAN DE02120300000000202051 is wrong')).text).not.toContain('120300000000202051');
  });

  test.each([[canary], [{ name: canary }], [undefined], [null]])('that is none (%p) shows nothing', (error) => {
    expect(write(error).text).not.toContain('Kanarienvogel');
  });
});

describe('P3 the log of Nest', () => {
  test('goes into ours; its chatter is debug', () => {
    const { log, lines } = listen();
    nestLogger(log).log('Mapped {/health/live, GET} route', 'RouterExplorer');
    expect(lines[0]).toMatchObject({
      level: 'debug',
      message: 'Mapped {/health/live, GET} route',
      context: 'RouterExplorer',
    });
  });

  test('shows where an error was thrown, never an object that came with it', () => {
    const { log, lines, text } = listen();
    const error = new Error(`no "${canary}"`);
    const nest = nestLogger(log);
    nest.error(error, 'ExceptionsHandler');
    nest.error(error.message, error.stack, 'ExceptionsHandler');
    nest.error({ part: canary, file: Buffer.from(canary) }, 'Multipart');
    nest.warn({ body: canary });
    expect(lines[0]).toMatchObject({ level: 'error', context: 'ExceptionsHandler', error: { name: 'Error' } });
    expect((lines[1]!['frames'] as string[])[0]).toContain('log.test.');
    expect(text()).not.toContain('Kanarienvogel');
  });
});
