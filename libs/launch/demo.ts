import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '#settings/root.js';
import { readSettings, type Settings } from '#settings/settings.js';

/** An adapter from outside, for the demonstration. The setting ADAPTER_PACKAGES takes its place. */
export const demoPackage = './apps/simulator/vendor/stellwerk-adapter-rosenstein';

/**
 * Lets the simulated portal post; see {@link file://./../../apps/simulator/demo/demo.ts}. Does nothing in an
 * installation without that file.
 */
export async function runDemo(env: NodeJS.ProcessEnv): Promise<void> {
  const file = join(root, 'dist/apps/simulator/demo/demo.js');
  if (!existsSync(file)) return;
  const demo = (await import(file)) as { runDemo(settings: Settings, out: NodeJS.WriteStream): Promise<void> };
  await demo.runDemo(readSettings(env), process.stdout);
}
