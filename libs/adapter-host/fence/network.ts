import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Settings } from '#settings/settings.js';
import { texts } from '../texts.js';

/**
 * Ways to namespaces of its own for a process (unshare of util-linux): no network, and no other processes to see. The
 * first is for everybody, the second for root where user namespaces are closed, the third for an older unshare.
 */
const ways = [
  ['--user', '--map-current-user', '--net', '--pid', '--ipc', '--fork', '--kill-child'],
  ['--net', '--pid', '--ipc', '--fork', '--kill-child'],
  ['--user', '--map-root-user', '--net', '--pid', '--ipc', '--fork', '--kill-child'],
];

let known: string[] | undefined;

/** What stands before the command of a process that reaches no network; empty where the system allows none. */
export function networkLock(): string[] {
  known ??= find();
  return known;
}

function find(): string[] {
  const unshare = onPath('unshare');
  const nothing = onPath('true');
  if (!unshare || !nothing) return [];
  const works = (way: string[]) => spawnSync(unshare, [...way, nothing], { stdio: 'ignore', timeout: 5_000 }).status;
  const way = ways.find((one) => works(one) === 0);
  return way ? [unshare, ...way] : [];
}

const onPath = (name: string) =>
  [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/bin']
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));

type FenceSettings = Pick<Settings, 'stage' | 'ADAPTER_PACKAGES' | 'FENCE_WITHOUT_NETWORK_LOCK'>;

/**
 * Whether an application may load its packages from outside.
 * @param warn writes to the log where they run without a lock for the network
 * @throws Error in German, in production without that lock
 */
export function enterFence(settings: FenceSettings, warn: (sentence: string) => void, lock = networkLock): void {
  if (settings.ADAPTER_PACKAGES.length === 0 || lock().length > 0) return;
  const allowed = settings.FENCE_WITHOUT_NETWORK_LOCK === 'on';
  if (settings.stage === 'production' && !allowed) throw new Error(texts.fence.refused);
  warn(texts.fence.open);
}
