import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identified, Keyring, type SecretKey } from '#parameters/keyring.js';
import { homeOf, openHome } from './home.js';
import { cause, codeOf, Obstacle } from './obstacle.js';
import { texts } from './texts.js';

export interface KeySettings {
  STELLWERK_HOME: string;
  STELLWERK_KEY?: string | undefined;
  PSEUDONYM_KEY?: string | undefined;
  EVIDENCE_KEY?: string | undefined;
  STAGE?: string | undefined;
}

type Announce = (sentence: string) => void;

const secretsFile = (settings: KeySettings) => join(homeOf(settings), 'key');

/**
 * The keys that encrypt secret parameters, 32 bytes each: STELLWERK_KEY (base64, separated by commas), else the file
 * `key` in the data folder, one in a line. The first encrypts, all decrypt. The file is generated on first use (0600)
 * and then announced, and read anew when it changes. Several processes may call this at once.
 */
export function secretsKey(settings: KeySettings, announce: Announce = () => {}): Keyring {
  if (settings.STELLWERK_KEY) {
    const given = decode(settings.STELLWERK_KEY.split(','), 'STELLWERK_KEY');
    return new Keyring(() => given);
  }
  openHome(settings);
  const file = secretsFile(settings);
  if (read(file) === undefined && generate(file, randomBytes(32))) announce(texts.key.generated(file));
  return new Keyring(followed(file));
}

/**
 * The keys from which pseudonyms are made, newest first: PSEUDONYM_KEY (base64, separated by commas), else the file
 * `pseudonym-key`, one in a line. They stay when the keys for secrets change. Version 0.2 had one key for both: where
 * it is there, it stays that of the pseudonyms.
 */
export function pseudonymKeys(settings: KeySettings): Uint8Array[] {
  if (settings.PSEUDONYM_KEY) return bytesOf(decode(settings.PSEUDONYM_KEY.split(','), 'PSEUDONYM_KEY'));
  if (settings.STELLWERK_KEY) {
    const [only, ...others] = decode(settings.STELLWERK_KEY.split(','), 'STELLWERK_KEY');
    if (others.length) throw new Obstacle(texts.key.pseudonymKeyNeeded);
    return [only!.bytes];
  }
  const file = join(openHome(settings), 'pseudonym-key');
  if (read(file) === undefined)
    generate(file, Buffer.from(read(secretsFile(settings))?.at(-1)?.bytes ?? randomBytes(32)));
  return bytesOf(read(file)!);
}

/** The keys for secrets that are there; unlike {@link secretsKey} it makes none. */
export function presentSecretsKey(settings: KeySettings, otherwise: string = texts.key.noneYet): Keyring {
  if (!settings.STELLWERK_KEY && read(secretsFile(settings)) === undefined) throw new Obstacle(otherwise);
  return secretsKey(settings);
}

/**
 * The key that signs the evidence log, an Ed25519 seed: EVIDENCE_KEY, else the file `evidence-key`, generated on first
 * use. In production only the setting counts, or each host would sign with a key of its own.
 */
export function evidenceKey(settings: KeySettings): Uint8Array {
  if (settings.EVIDENCE_KEY) return decode([settings.EVIDENCE_KEY], 'EVIDENCE_KEY')[0]!.bytes;
  if (settings.STAGE === 'production') throw new Obstacle(texts.key.evidenceKeyNeeded);
  const file = join(openHome(settings), 'evidence-key');
  if (read(file) === undefined) generate(file, randomBytes(32));
  return read(file)![0]!.bytes;
}

const bytesOf = (keys: SecretKey[]) => keys.map(({ bytes }) => bytes);

/** Both, in the order in which a new data folder gets two different ones. */
export function openKeys(settings: KeySettings, announce?: Announce): { secrets: Keyring; pseudonyms: Uint8Array[] } {
  const pseudonyms = pseudonymKeys(settings);
  return { secrets: secretsKey(settings, announce), pseudonyms };
}

/**
 * Puts a new key before those of the data folder; running processes notice. The keys of a setting are the operator's
 * to change, then nothing happens.
 */
export function addKey(settings: KeySettings): boolean {
  if (settings.STELLWERK_KEY) return false;
  const keys = secretsKey(settings).all.map(({ bytes }) => Buffer.from(bytes));
  const file = secretsFile(settings);
  const lines = [randomBytes(32), ...keys].map((bytes) => bytes.toString('base64'));
  writeFileSync(`${file}.new`, `${lines.join('\n')}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return true;
}

/** The keys of a file that may change. Should it vanish, those that it had. */
function followed(file: string): () => readonly SecretKey[] {
  const stamp = () => {
    const found = statSync(file, { throwIfNoEntry: false });
    return found && `${found.ino} ${found.mtimeMs} ${found.size}`;
  };
  let seen = stamp();
  let keys = read(file)!;
  return () => {
    const now = stamp();
    if (now && now !== seen) [seen, keys] = [now, read(file) ?? keys];
    return keys;
  };
}

/** Undefined where there is no such file. */
function read(file: string): SecretKey[] | undefined {
  try {
    return decode(readFileSync(file, 'utf8').trim().split('\n'), file);
  } catch (error) {
    if (error instanceof Obstacle) throw error;
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new Obstacle(texts.key.notReadable(file, cause(error)));
  }
}

/**
 * False when another process was faster. The temporary file has a random name: containers may share the folder, and in
 * each of them the process id is 1.
 */
function generate(file: string, bytes: Buffer): boolean {
  const own = `${file}.${randomUUID()}`;
  writeFileSync(own, `${bytes.toString('base64')}\n`, { mode: 0o600 });
  try {
    linkSync(own, file);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function decode(given: string[], where: string): SecretKey[] {
  return given.map((text) => {
    const bytes = Buffer.from(text.trim(), 'base64');
    if (bytes.length !== 32) throw new Obstacle(texts.key.wrong(where));
    return identified(bytes);
  });
}
