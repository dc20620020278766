import { codes, type ProblemCode } from './codes.js';
import { texts } from './texts.js';

/** The body of `application/problem+json` (RFC 9457), with the machine-readable `code` and the members of that code. */
export interface ProblemJson {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  [member: string]: unknown;
}

/** An error that the caller is told about. `detail` is a German sentence and never holds a value of a person. */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly members: Record<string, unknown> = {},
    readonly headers: Record<string, string> = {},
    /** Why, as a word for the security log. */
    readonly reason?: string,
  ) {
    super(detail);
    this.name = 'Problem';
  }

  get status(): number {
    return codes[this.code].status;
  }
}

export const problemMediaType = 'application/problem+json';

export function toProblemJson(problem: Problem): ProblemJson {
  const { status, title } = codes[problem.code];
  return {
    type: `urn:problem-type:stellwerk:${problem.code}`,
    title,
    status,
    detail: problem.detail,
    code: problem.code,
    ...problem.members,
  };
}

/**
 * One `malformed` problem for everything that a Standard Schema found wrong with an address or a body, at most 100
 * places. Fits Nest's `exceptionFactory`.
 */
export function misread(
  issues: readonly { message: string; path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined }[],
): Problem {
  const errors = issues.slice(0, 100).map(({ message, path = [] }) => {
    const keys = path.map((step) => String(typeof step === 'object' ? step.key : step));
    return { pointer: keys.map((key) => `/${key}`).join(''), message };
  });
  const [first] = errors;
  return new Problem('malformed', texts.misread(first?.pointer.slice(1) ?? '', first?.message ?? ''), { errors });
}
