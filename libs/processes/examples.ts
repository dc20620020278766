import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '#intake/service-bw/parse.js';
import { Problem } from '#problems/problem.js';
import { type Admission, admit, knownIds } from './admit.js';
import type { Process } from './process.js';

/** A body exactly as a portal posts it, in the process's folder `examples`. */
export interface Example {
  name: string;
  contentType: 'application/json' | 'application/xml';
  body: Buffer;
  /** The answer that the portal must get; absent for a valid example. */
  expected?: Expected;
}

export interface Expected {
  status: number;
  code: string;
  errors?: { pointer: string; formField?: string; fimField?: string; code: string }[];
}

const limits = { body: 28 * 1024 * 1024, file: 20 * 1024 * 1024, files: 20, fields: 5000, depth: 64 };

/** The files of a process's examples, sorted by name: `valid-*.json|xml` and `invalid-*.json|xml`. */
export function exampleFiles({ folder }: Process): { name: string; path: string }[] {
  if (folder === undefined || !existsSync(join(folder, 'examples'))) return [];
  return readdirSync(join(folder, 'examples'))
    .filter((name) => /^(in)?valid-.*\.(json|xml)$/.test(name) && !name.endsWith('.expected.json'))
    .sort()
    .map((name) => ({ name, path: join(folder, 'examples', name) }));
}

/** An `invalid-*` example must have an `invalid-*.expected.json` beside it. */
export function examplesOf(process: Process): Example[] {
  return exampleFiles(process).map(({ name, path }) => ({
    name,
    contentType: name.endsWith('.xml') ? 'application/xml' : 'application/json',
    body: readFileSync(path),
    ...(name.startsWith('invalid-') && { expected: expectedOf(path) }),
  }));
}

const expectedOf = (path: string): Expected =>
  JSON.parse(readFileSync(path.replace(/\.(json|xml)$/, '.expected.json'), 'utf8'));

/** What the gateway does with an example, as far as the process decides: the admission, or the answer to the portal. */
export async function tryExample(process: Process, { contentType, body }: Example): Promise<Admission | Expected> {
  try {
    const { fields } = await parse({ contentType, body, limits, known: knownIds(process) });
    const admission = await admit(process, fields);
    return admission.errors.length === 0
      ? admission
      : { status: 422, code: 'invalid-submission', errors: admission.errors.map(pointed) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { status: error.status, code: error.code };
  }
}

const pointed = ({ pointer, formField, fimField, code }: Admission['errors'][number]) => ({
  pointer,
  ...(formField !== undefined && { formField }),
  ...(fimField !== undefined && { fimField }),
  code,
});
