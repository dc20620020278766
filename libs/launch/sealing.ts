import type { Sealing } from '#store/seal-stored.js';
import { type KeySettings, presentSecretsKey } from './key.js';

/** What it takes to seal what was stored before version 0.3. Keys are read only where there is something to seal. */
export const sealingOf = (settings: KeySettings): Sealing => ({ keys: () => presentSecretsKey(settings) });
