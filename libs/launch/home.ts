import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { root } from '#settings/root.js';
import { obstacle } from './obstacle.js';
import { texts } from './texts.js';

/** The absolute path of the data folder ("home"). A relative STELLWERK_HOME counts from the project's root. */
export function homeOf(settings: { STELLWERK_HOME: string }): string {
  return resolve(root, settings.STELLWERK_HOME);
}

/** Creates the data folder, readable for its owner only. Throws an Obstacle that names STELLWERK_HOME. */
export function openHome(settings: { STELLWERK_HOME: string }): string {
  const home = homeOf(settings);
  try {
    if (!existsSync(dirname(home))) mkdirSync(dirname(home), { recursive: true });
    if (!existsSync(home)) mkdirSync(home, { mode: 0o700 }); // a recursive call would not tell the cause
    writeFileSync(join(home, '.writable'), 'x');
    rmSync(join(home, '.writable'), { force: true }); // another process may have been faster
    return home;
  } catch (error) {
    throw obstacle(texts.home.notWritable(home), error);
  }
}
