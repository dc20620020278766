import { readSettings, type Settings } from '#settings/settings.js';
import { Obstacle } from './obstacle.js';

/** The settings of the environment. Throws an Obstacle that names the setting whose value is wrong. */
export function settingsOrObstacle(): Settings {
  try {
    return readSettings();
  } catch (error) {
    throw new Obstacle((error as Error).message);
  }
}
