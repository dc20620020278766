import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '#settings/root.js';
import { ancestors, type Level, levelOf } from './prefix.js';

export { ancestors, levelOf, within } from './prefix.js';

export interface Region {
  /** ARS of 12 digits, or the prefix that names a higher level. */
  key: string;
  name: string;
  kind: string;
  level: Level;
}

export interface Municipality extends Region {
  /** Amtlicher Gemeindeschlüssel, 8 digits. */
  ags: string;
  kreis: Region;
  /** Absent if the municipality belongs to no Verwaltungsgemeinschaft. */
  verband?: Region;
}

export interface Regions {
  all: Region[];
  municipalities: Region[];
  /** Any level, by its key. */
  region(key: string): Region | undefined;
  /** A municipality by its 12-digit ARS. */
  find(ars: string): Municipality | undefined;
  /** The name for people; the key itself if the tree does not name it. */
  name(key: string): string;
  /** A municipality and the levels above it, nearest first, as far as the tree names them. */
  path(ars: string): Region[];
  /** Municipalities within a prefix. */
  below(prefix: string): Region[];
}

let loaded: Regions | undefined;

/** The tree of `schemas/regions/regions.csv` (source: Destatis, see the README there), read once. */
export function loadRegions(): Regions {
  loaded ??= tree(readFileSync(join(root, 'schemas/regions/regions.csv'), 'utf8'));
  return loaded;
}

function tree(csv: string): Regions {
  const all = csv.trim().split('\n').slice(1).map(readRegion);
  const byKey = new Map(all.map((region) => [region.key, region]));
  const municipalities = all.filter((region) => region.level === 'gemeinde');
  return {
    all,
    municipalities,
    region: (key) => byKey.get(key),
    find: (ars) => {
      const region = byKey.get(ars);
      if (region?.level !== 'gemeinde') return undefined;
      return {
        ...region,
        ags: ars.slice(0, 5) + ars.slice(9),
        kreis: byKey.get(ars.slice(0, 5))!,
        verband: byKey.get(ars.slice(0, 9)),
      };
    },
    name: (key) => byKey.get(key)?.name ?? key,
    path: (ars) => ancestors(ars).flatMap((key) => byKey.get(key) ?? []),
    below: (prefix) => municipalities.filter((region) => region.key.startsWith(prefix)),
  };
}

function readRegion(line: string): Region {
  const [key = '', name = '', kind = ''] = line.split(';');
  const level = levelOf(key);
  if (!level || !name || !kind) throw new Error(`schemas/regions/regions.csv: unreadable line "${line}"`);
  return { key, name, kind, level };
}
