import jsonata from 'jsonata';
import type { Json } from '#submission/vocabulary.js';
import { type Compiled, compiled } from './compiled.js';
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
 * Compiles an expression once for many runs. What {@link compiled} takes runs here, with its steps counted. Everything
 * else may take `timeout` milliseconds, 200 levels of recursion and so much memory: see {@link evaluate}.
 * @throws ProgramError for a syntax error
 */
export function compile(source: string, timeout = runTimeout): Program<unknown> {
  const plain = compiled(parse(source));
  return {
    source,
    async run(input) {
      const made = 'run' in plain ? inProcess(plain.run, input) : undefined;
      if (made !== undefined) return made;
      const answered = await evaluate({ source, timeout, input });
      if ('code' in answered) throw new ProgramError(answered.code, answered.position);
      return JSON.parse(answered.json);
    },
  };
}

/** `undefined` if it fails: JSONata then says why, or makes it within the limits of its process. */
function inProcess(run: Compiled, input: unknown): Json | undefined {
  try {
    return run(input);
  } catch {
    return undefined;
  }
}

function parse(source: string): jsonata.ExprNode {
  try {
    return jsonata(source).ast();
  } catch (error) {
    const { code, position } = failureOf(error);
    throw new ProgramError(code, position);
  }
}
