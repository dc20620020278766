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
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 }); // keeps the package from starting a broker
  try {
    return apt('update') && apt('install', '--no-install-recommends', 'rabbitmq-server');
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

function apt(...args: string[]): boolean {
  const { status } = spawnSync('apt-get', ['-q', '-y', ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}
