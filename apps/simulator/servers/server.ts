import type { Settings } from '#settings/settings.js';
import type { Log } from '#telemetry/log.js';
import type { Ablage } from '../authorities/ablage.js';
import type { World } from '../world/world.js';
import type { Certificates } from './certificates.js';

/** What a server of the simulated world that speaks something else than plain HTTP is started with. */
export interface Surroundings {
  settings: Settings;
  world: World;
  certificates: Certificates;
  ablage: Ablage;
  /** Where it may keep what outlives a restart. */
  folder: string;
  log: Log;
}

export interface SideServer {
  /** What `{name}` in `schemas/parameters/development.json` stands for. */
  values: Record<string, string | number>;
  close(): Promise<void>;
}

export type StartSideServer = (surroundings: Surroundings) => Promise<SideServer>;
