import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json: code runs from `dist/`, data (`schemas/`, migrations, adapter pages) lies beside it. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
