import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openHome } from './home.js';
import { cause, Obstacle } from './obstacle.js';

/**
 * The key that encrypts secret parameters, 32 bytes: STELLWERK_KEY (base64), else the file `key` in the data folder, generated on first
 * use (0600). Safe to call from several processes at once.
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
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new Obstacle(`Der Schlüssel ${file} ist nicht lesbar: ${cause(error)} (oder STELLWERK_KEY setzen).`);
  }
  if (generate(file))
    announce(`Schlüssel für geheime Parameter erzeugt: ${file} (sichern; ersetzbar durch STELLWERK_KEY).`);
  return decode(readFileSync(file, 'utf8'), file);
}

/** False when another process was faster. Containers share the folder, and in each the process id is 1: so the name is a random one. */
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
  if (key.length !== 32)
    throw new Obstacle(
      `${where} enthält keinen Schlüssel: erwartet werden 32 Byte in base64, etwa aus "openssl rand -base64 32".`,
    );
  return key;
}
