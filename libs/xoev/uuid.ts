import { createHash } from 'node:crypto';

/** Makes a UUID from a name; the same name gives the same UUID (RFC 9562 §5.8, version 8, SHA-256). */
export function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
