import { Problem } from '#problems/problem.js';
import { loadRegions } from '#regions/regions.js';
import type { Parameters } from './effective.js';
import { texts } from './texts.js';

/** A Leistung that cannot run in a municipality yet, because parameters are missing. */
export interface Incomplete {
  ars: string;
  municipality: string;
  leistung: string;
  title: string;
  missing: string[];
}

/**
 * The Leistungen that are incomplete in the municipalities of a Kreis, a Verband or in one municipality. Only a
 * Leistung with a process of its own counts.
 * @throws Problem `malformed` for a larger region, `unknown-region`
 */
export async function incomplete(parameters: Parameters, region: string, at?: Date): Promise<Incomplete[]> {
  const regions = loadRegions();
  if (region.length < 5) throw new Problem('malformed', texts.regionTooLarge);
  const municipalities = regions.below(region);
  if (municipalities.length === 0) throw new Problem('unknown-region', texts.unknownRegion(region));
  const found: Incomplete[] = [];
  for (const { key: ars, name } of municipalities) {
    for (const { leistung, title } of parameters.definitions.processes) {
      const { missing } = await parameters.effective({ ars, leistung, at });
      if (missing.length > 0) found.push({ ars, municipality: name, leistung, title, missing });
    }
  }
  return found;
}
