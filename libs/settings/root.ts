import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. Code runs from `dist/` in it; data (`schemas/`, migrations) stays where it is. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
