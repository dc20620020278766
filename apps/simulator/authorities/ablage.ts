import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Action, FileServerBackend, Login } from '#adapters/kit/file-server.js';
import { newKey } from '#adapters/kit/sftp.js';
import type { Mode } from '../world/faults.js';
import { fingerprint } from '../world/fingerprint.js';
import { keptOrMade } from '../world/kept.js';
import type { World } from '../world/world.js';
import type { Dms } from './dms.js';

/** The keys of the file server and of whoever puts files there; made at the first start, kept in the data folder. */
export interface Keys {
  host: { private: string; public: string };
  client: { private: string; public: string };
}

const password = 'ablage-dev-kennwort';

/**
 * Where municipalities that take files have their folders, one for each: user `ablage-<ARS>`. A message with its final
 * name is an effect. The user `dms-<ARS>` has a folder that the DMS looks into.
 */
export class Ablage implements FileServerBackend {
  private constructor(
    readonly world: World,
    readonly folder: string,
    readonly keys: Keys,
    readonly dms: Dms,
  ) {}

  static async open(world: World, folder: string, dms: Dms): Promise<Ablage> {
    return new Ablage(world, folder, await openKeys(join(folder, 'ablage-keys.json')), dms);
  }

  login(user: string): Login | undefined {
    const [, kind, ars] = /^(ablage|dms)-(\d{12})$/.exec(user) ?? [];
    if (!kind || !ars) return undefined;
    const folder = join(this.folder, kind, ars);
    mkdirSync(folder, { recursive: true });
    return { user, password, publicKey: this.keys.client.public, folder };
  }

  trouble(action: Action, login?: Login, name = '') {
    if (login && isDms(login)) return 'none';
    const delivery = action === 'arrive' && keyOf(name) !== undefined;
    const mode = this.world.modeFor('ablage', { ars: login && arsOf(login), delivery });
    if (mode === 'slow' && action !== 'arrive') return 'none';
    return troubles[mode];
  }

  async arrived(login: Login, name: string): Promise<void> {
    if (isDms(login)) return this.dms.arrived(login.folder, name, arsOf(login));
    const idempotencyKey = keyOf(name);
    if (idempotencyKey === undefined) return;
    const bytes = await readFile(join(login.folder, name));
    const submissionId = uuid.exec(bytes.toString())?.[0] ?? idempotencyKey;
    const effect = { submissionId, idempotencyKey, at: new Date().toISOString(), ars: arsOf(login) };
    await this.world.record('ablage', effect, fingerprint(bytes));
  }
}

const isDms = ({ user }: Login) => user.startsWith('dms-');
const arsOf = ({ user }: Login) => user.slice(-12);
const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
/** Returns the key in the name of a message. In names of attachments a number follows the key. */
const keyOf = (name: string) => /^([0-9a-f-]{36})\.(?:json|xml|csv)$/.exec(name)?.[1];

/** A folder rejects by forbidding to write. */
const troubles = {
  none: 'none',
  down: 'down',
  slow: 'slow',
  busy: 'busy',
  reject: 'forbidden',
  'commit-then-hang': 'commit-then-hang',
  'commit-then-fail': 'commit-then-fail',
  garbage: 'garbage',
  unauthorized: 'unauthorized',
} as const satisfies Record<Mode, ReturnType<FileServerBackend['trouble']>>;

const openKeys = (file: string): Promise<Keys> => keptOrMade(file, () => ({ host: newKey(), client: newKey() }));
