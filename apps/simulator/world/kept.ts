import { readFile, writeFile } from 'node:fs/promises';

/**
 * Returns what an earlier run has kept in this file. If there is nothing, makes it and keeps it, readable for the owner
 * only.
 */
export async function keptOrMade<T>(file: string, make: () => T | Promise<T>): Promise<T> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    const made = await make();
    await writeFile(file, JSON.stringify(made), { mode: 0o600 });
    return made;
  }
}
