import type { Role } from '#access/rights.js';
import type { Identity } from '#access-log/person.js';
import { loadRegions } from '#regions/regions.js';

/** A development client: its secret is `<name>-dev-secret`. */
export interface DevelopmentClient {
  name: string;
  role: Role;
  /** Region prefixes of a municipality or a Fachverfahren. */
  regions: string[];
  /** Ids of the adapters behind which a Fachverfahren stands. */
  adapters?: string[];
  /** The inhabitant that a person's client stands for. */
  person?: Identity;
}

/**
 * Everybody the simulated identity provider knows. `land-bw` sets the values that all municipalities inherit;
 * `fachverfahren-steuer` is the simulated tax office of all towns.
 */
export const clients: DevelopmentClient[] = [
  { name: 'service-bw', role: 'portal', regions: [] },
  { name: 'stadt-stuttgart', role: 'municipality', regions: ['08111'] },
  { name: 'stadt-herrenberg', role: 'municipality', regions: ['081155003021'] },
  { name: 'landkreis-boeblingen', role: 'coordinator', regions: ['08115'] },
  { name: 'land-bw', role: 'land', regions: ['08'] },
  { name: 'fachverfahren-stuttgart', role: 'fachverfahren', regions: ['08111'], adapters: ['rest'] },
  { name: 'fachverfahren-boeblingen', role: 'fachverfahren', regions: ['08115'], adapters: ['rest'] },
  { name: 'fachverfahren-steuer', role: 'fachverfahren', regions: ['08'], adapters: ['rest'] },
  { name: 'operator', role: 'operator', regions: [] },
  { name: 'auditor', role: 'auditor', regions: [] },
  {
    name: 'buerger-erika',
    role: 'person',
    regions: [],
    person: { familienname: 'Musterfrau', vornamen: 'Erika', geburtsdatum: '1984-05-12' },
  },
];

/** The client in whose name the demonstration sets a region's values: nobody sets them for another level. */
export const authorOf = (region: string) => (region === '08' ? 'land-bw' : `region-${region}`);

/** The clients of {@link authorOf} besides the Land. */
export const authors: DevelopmentClient[] = loadRegions()
  .all.filter(({ level }) => level !== 'land')
  .map(({ key, level }) => ({
    name: authorOf(key),
    role: level === 'gemeinde' ? 'municipality' : 'coordinator',
    regions: [key],
  }));

/** Stellwerk itself, at the simulated Fachverfahren that asks for tokens. */
export const stellwerkClient = { name: 'stellwerk-rest', audience: 'urn:fachverfahren' };

/** Signs the calls that the simulated service-bw gets. */
export const callbackSecret = 'service-bw-dev-callback-secret-0001';
