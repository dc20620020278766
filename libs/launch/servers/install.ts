import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

/** Debian or Ubuntu, and allowed to install. */
export function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/** Installs RabbitMQ with the system's own package manager. False when that fails. */
export function installBroker(): boolean {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  // else the package would start a broker of its own
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const apt = (...args: string[]) =>
      spawnSync('apt-get', ['-q', '-y', ...args], {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      }).status === 0;
    return apt('update') && apt('install', '--no-install-recommends', 'rabbitmq-server');
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}
