/** Levels of JSON that are kept. PostgreSQL takes 10 000, JSON.stringify some 3 000. */
const deepest = 1_000;

/**
 * The same with U+FFFD in the place of what PostgreSQL cannot hold, in keys as well: U+0000, and half of a surrogate
 * pair. No text becomes shorter or empty by that.
 * @throws Error where it is nested too deeply
 */
export function storable<T>(value: T): T {
  return cleaned(value, 0) as T;
}

function cleaned(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null || value instanceof Date || ArrayBuffer.isView(value)) return value;
  if (depth === deepest) throw new Error('nested too deeply to be kept');
  if (Array.isArray(value)) return value.map((item) => cleaned(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [storableText(key), cleaned(member, depth + 1)]),
  );
}

const storableText = (text: string) => text.toWellFormed().replaceAll('\0', '\uFFFD');
