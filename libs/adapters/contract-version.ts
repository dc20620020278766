/**
 * Semantic version of `contract.ts`; a manifest's `contract` names its major. One more member is a minor version; one
 * that goes, changes or becomes mandatory a major one. `docs/adapter-contract.md` says what came with which.
 */
export const contractVersion = '1.1.0';

/** SHA-256 of what `contract.ts` declares at this version, without comments and blanks; `npm run check` compares. */
export const declared = 'a06f48c03470aeda049179e0a18ae7899345a3ca365642d0014b77b19c3bc2f5';
