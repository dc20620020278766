import { Problem } from '#problems/problem.js';
import { loadRegions } from '#regions/regions.js';
import type { Parameters } from './effective.js';

/** A Leistung that a municipality offers, and cannot run yet. */
export interface Incomplete {
  ars: string;
  municipality: string;
  leistung: string;
  title: string;
  missing: string[];
}

/**
 * Which Leistungen are incomplete in the municipalities of a Kreis, a Verband or one municipality, before a citizen finds out. A Leistung counts where it
 * has a process. Throws {@link Problem}.
 */
export async function incomplete(parameters: Parameters, region: string, at?: Date): Promise<Incomplete[]> {
  const regions = loadRegions();
  if (region.length < 5)
    throw new Problem(
      'malformed',
      'Bitte eine Gemeinde, einen Verband oder einen Kreis nennen (12, 9 oder 5 Ziffern).',
    );
  const municipalities = regions.below(region);
  if (municipalities.length === 0)
    throw new Problem('unknown-region', `Die Region ${region.slice(0, 20)} gibt es in Baden-Württemberg nicht.`);
  const found: Incomplete[] = [];
  for (const { key: ars, name } of municipalities) {
    for (const { leistung, title } of parameters.definitions.processes) {
      const { missing } = await parameters.effective({ ars, leistung, at });
      if (missing.length > 0) found.push({ ars, municipality: name, leistung, title, missing });
    }
  }
  return found;
}
