import { z } from 'zod';
import { taskOfNumber } from '#store/sql/dead-letter.js';
import { submissionOfNumber } from '#store/sql/submission.js';
import { readNumber } from '#submission/number.js';
import { uuid } from './fields.js';
import type { ConsoleParts } from './parts.js';
import { texts } from './texts.js';

type Parts = Pick<ConsoleParts, 'db' | 'numbers'>;

/** What a person may say instead of an id: the number of a submission, as it was read out to them. */
export const idOrNumber = z
  .string()
  .transform((text, context) => {
    const named = uuid.safeParse(text).success ? text : readNumber(text);
    if (named) return named;
    context.addIssue(texts.fields.idOrNumber);
    return z.NEVER;
  })
  .describe('Kennung (UUID), oder die Nummer des Antrags (SW-7K4M-93XT)');

/** The submission that is meant. Undefined: nobody has this number. */
export async function submissionIdOf({ db, numbers }: Parts, named: string): Promise<string | undefined> {
  const number = numbers.read(named);
  return number === undefined ? named : (await submissionOfNumber(db, { number }))?.submissionId;
}

/** The task that is meant: of a submission its last one, which is the dead one where one is. */
export async function taskIdOf({ db, numbers }: Parts, named: string): Promise<string | undefined> {
  const number = numbers.read(named);
  return number === undefined ? named : (await taskOfNumber(db, { number }))?.taskId;
}
