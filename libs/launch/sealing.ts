import { openPseudonyms, type Pseudonyms } from '#access-log/person.js';
import type { Sealing } from '#store/seal-stored.js';
import { type KeySettings, presentSecretsKey, pseudonymKey } from './key.js';

/** What it takes to seal what was stored before version 0.3. Keys are read only where there is something to seal. */
export function sealingOf(settings: KeySettings): Sealing {
  let pseudonyms: Pseudonyms | undefined;
  return {
    keys: () => presentSecretsKey(settings),
    mailbox(handle) {
      pseudonyms ??= openPseudonyms(pseudonymKey(settings));
      return pseudonyms.ofHandle(handle);
    },
  };
}
