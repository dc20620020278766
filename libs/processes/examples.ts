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
  /** What the portal must be answered; absent for a valid example. */
  expected?: Expected;
}

export interface Expected {
  status: number;
  code: string;
  errors?: { pointer: string; formField?: string; fimField?: string; code: string }[];
}

const limits = { body: 25 * 1024 * 1024, file: 20 * 1024 * 1024, files: 20, fields: 5000, depth: 64 };

/** `valid-*.json|xml`, and `invalid-*.json|xml` with `invalid-*.expected.json`. */
export function examplesOf(process: Process): Example[] {
  const folder = join(process.folder ?? '', 'examples');
  if (process.folder === undefined || !existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^(in)?valid-.*\.(json|xml)$/.test(name) && !name.endsWith('.expected.json'))
    .sort()
    .map((name) => ({
      name,
      contentType: name.endsWith('.xml') ? 'application/xml' : 'application/json',
      body: readFileSync(join(folder, name)),
      ...(name.startsWith('invalid-') && { expected: expectedOf(folder, name) }),
    }));
}

const expectedOf = (folder: string, name: string): Expected =>
  JSON.parse(readFileSync(join(folder, name.replace(/\.(json|xml)$/, '.expected.json')), 'utf8'));

/** What the gateway makes of an example, as far as the process decides: the admission, or the answer to the portal. */
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
