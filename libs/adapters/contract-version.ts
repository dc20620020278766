/**
 * Semantic version of `contract.ts`; a manifest's `contract` names its major. One more member is a minor version; one
 * that goes, changes or becomes mandatory a major one. `docs/adapter-contract.md` says what came with which.
 */
export const contractVersion = '1.1.0';

/** SHA-256 of what `contract.ts` declares at this version, without comments and blanks; `npm run check` compares. */
export const declared = '741350211fda3e75a09f7a130c8acf033df84ef9fa5c0954cfc6ee1e5dbf8bc9';
