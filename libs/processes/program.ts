import jsonata from 'jsonata';
import type { Json } from '#submission/vocabulary.js';
import { evaluate } from './evaluate.js';
import { failureOf } from './evaluation-failure.js';
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

/**
 * Compiles an expression once for many runs. A run may take `timeout` milliseconds, 200 levels of recursion and so much
 * memory: see {@link evaluate}.
 * @throws ProgramError for a syntax error
 */
export function compile(source: string, timeout = runTimeout): Program<unknown> {
  demandSyntax(source);
  return {
    source,
    async run(input) {
      const answered = await evaluate({ source, timeout, input });
      if ('code' in answered) throw new ProgramError(answered.code, answered.position);
      return JSON.parse(answered.json);
    },
  };
}

function demandSyntax(source: string): void {
  try {
    jsonata(source);
  } catch (error) {
    const { code, position } = failureOf(error);
    throw new ProgramError(code, position);
  }
}
