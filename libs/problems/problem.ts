import { codes, type ProblemCode } from './codes.js';

/** The body of `application/problem+json` (RFC 9457), with the machine `code` and whatever members the code brings along. */
export interface ProblemJson {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  [member: string]: unknown;
}

/** A clear answer for the caller. `detail` is German, for people, and never holds a value of the person. */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly members: Record<string, unknown> = {},
    readonly headers: Record<string, string> = {},
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

/** What a Standard Schema found wrong with an address or a body, as one problem; for Nest's `exceptionFactory`. */
export function misread(
  issues: readonly { message: string; path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined }[],
): Problem {
  const errors = issues.slice(0, 100).map(({ message, path = [] }) => {
    const keys = path.map((step) => String(typeof step === 'object' ? step.key : step));
    return { pointer: keys.map((key) => `/${key}`).join(''), message };
  });
  const [first] = errors;
  const where = first?.pointer ? ` (${first.pointer.slice(1)})` : '';
  return new Problem('malformed', `Die Anfrage ist so nicht verständlich${where}: ${first?.message ?? ''}`, { errors });
}
