import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. Code runs from `dist/` below it; data (`schemas/`, migrations) is read from it. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
