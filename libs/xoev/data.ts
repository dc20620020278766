import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ZodType } from 'zod';
import { root } from '#settings/root.js';

/** Reads a file of `schemas/xoev`. */
export const readData = <T>(file: string, schema: ZodType<T>): T =>
  schema.parse(JSON.parse(readFileSync(join(root, 'schemas/xoev', file), 'utf8')));
