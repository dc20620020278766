import { type Principal, type Right, reach } from '#access/rights.js';
import { Problem } from '#problems/problem.js';
import { loadRegions } from '#regions/regions.js';
import { texts } from './texts.js';

/** Throws {@link Problem} `unknown-region` for an ARS, or part of one, that is not in the region tree. */
export function demandKnownRegion(region: string): void {
  if (!loadRegions().region(region)) throw new Problem('unknown-region', texts.notFound.region);
}

/** The region prefixes in which `who` has `right`; undefined: in the whole Land. */
export function reachOf(who: Principal, right: Right): string[] | undefined {
  return reach(who, right) === 'all' ? undefined : who.regions;
}
