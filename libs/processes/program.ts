import jsonata from 'jsonata';
import type { Json } from '#submission/vocabulary.js';
import { texts } from './texts.js';

/** A compiled JSONata expression. */
export interface Program<Input> {
  readonly source: string;
  /** @throws ProgramError */
  run(input: Input): Promise<Json>;
}

/** An expression failed. The message names JSONata's code and the position, never a value of a person. */
export class ProgramError extends Error {
  constructor(
    readonly code: string,
    readonly position: number | undefined,
  ) {
    super(texts.expression.failed(code, position));
  }
}

/** Milliseconds that one run may take in the running system. */
const runTimeout = 500;
const stack = 200;

/**
 * Compiles an expression once for many runs. A run may take `timeout` milliseconds and 200 levels of recursion.
 * @throws ProgramError for a syntax error
 */
export function compile(source: string, timeout = runTimeout): Program<unknown> {
  const expression = parsed(source, timeout);
  return {
    source,
    async run(input) {
      try {
        return plain(await expression.evaluate(input));
      } catch (error) {
        throw programErrorOf(error);
      }
    },
  };
}

function parsed(source: string, timeout: number): jsonata.Expression {
  try {
    return jsonata(source, { timeout, stack });
  } catch (error) {
    throw programErrorOf(error);
  }
}

/** Removes what is not JSON, such as the properties that JSONata adds to sequences. */
function plain(value: unknown): Json {
  return value === undefined ? null : JSON.parse(JSON.stringify(value) ?? 'null');
}

/** JSONata throws plain objects with `code` and `position` whose message may quote a value. */
function programErrorOf(error: unknown): ProgramError {
  const { code, position }: { code?: unknown; position?: unknown } = Object(error);
  return new ProgramError(
    typeof code === 'string' ? code : 'JSONATA',
    typeof position === 'number' ? position : undefined,
  );
}
