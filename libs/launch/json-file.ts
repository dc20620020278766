import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Undefined when the file is missing, not readable or not JSON. `T` is what {@link writeJson} wrote there. */
export function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** Writes the file as a whole or not at all, readable for its owner only. */
export function writeJson(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
