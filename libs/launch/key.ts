import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openHome } from './home.js';
import { cause, codeOf, Obstacle } from './obstacle.js';
import { texts } from './texts.js';

/**
 * The key that encrypts secret parameters, 32 bytes: STELLWERK_KEY (base64), else the file `key` in the data folder,
 * which is generated on first use (0600) and then announced. Several processes may call it at once.
 */
export function secretsKey(
  settings: { STELLWERK_HOME: string; STELLWERK_KEY?: string | undefined },
  announce: (sentence: string) => void = () => {},
): Buffer {
  if (settings.STELLWERK_KEY) return decode(settings.STELLWERK_KEY, 'STELLWERK_KEY');
  const file = join(openHome(settings), 'key');
  try {
    return decode(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof Obstacle) throw error;
    if (codeOf(error) !== 'ENOENT') throw new Obstacle(texts.key.notReadable(file, cause(error)));
  }
  if (generate(file)) announce(texts.key.generated(file));
  return decode(readFileSync(file, 'utf8'), file);
}

/**
 * False when another process was faster. The temporary file has a random name: containers may share the folder, and in
 * each of them the process id is 1.
 */
function generate(file: string): boolean {
  const own = `${file}.${randomUUID()}`;
  writeFileSync(own, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  try {
    linkSync(own, file);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function decode(text: string, where: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== 32) throw new Obstacle(texts.key.wrong(where));
  return key;
}
