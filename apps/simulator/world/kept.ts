import { readFile, writeFile } from 'node:fs/promises';

/**
 * What an earlier run made and kept in this file, readable for its owner only. Made and kept where there is nothing.
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
