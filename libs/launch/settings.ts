import { readSettings, type Settings } from '#settings/settings.js';
import { enterStage } from '#settings/stage.js';
import { Obstacle } from './obstacle.js';

/** The settings of the environment. Throws an Obstacle that names the setting whose value is wrong. */
export const settingsOrObstacle = (): Settings => orObstacle(readSettings);

/** The settings of the environment, with which applications may start at their stage, or an Obstacle. */
export const settingsOfStage = (): Settings =>
  orObstacle(() => {
    const settings = readSettings();
    enterStage(settings, () => {}); // the applications say it in their logs
    return settings;
  });

function orObstacle(read: () => Settings): Settings {
  try {
    return read();
  } catch (error) {
    throw new Obstacle((error as Error).message);
  }
}
