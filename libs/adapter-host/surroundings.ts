import { join } from 'node:path';
import type { Settings } from '#settings/settings.js';
import type { XmlSchemas } from '#xoev/xsd/schemas.js';
import { openSchemas } from '#xoev/xsd/validate.js';
import { type Egress, egressOf, openEgress } from './egress.js';

/** What an installation gives to every call of every adapter. */
export interface Surroundings {
  /** Hosts besides loopback that adapters may speak to without TLS. */
  developmentHosts: string[];
  /** Which addresses may be connected to. */
  egress: Egress;
  /** The municipality's own folder, below which adapters may write files. Absent: they may write none. */
  dropFolder?: string | undefined;
  schemas: XmlSchemas;
}

/** @param region the municipality for which an adapter is called */
export function surroundings(
  settings: Pick<Settings, 'stage' | 'ALLOWED_NETWORKS' | 'DEVELOPMENT_HOSTS' | 'DROP_FOLDER' | 'XOEV_SCHEMAS'>,
  region: string,
): Surroundings {
  return {
    developmentHosts: settings.DEVELOPMENT_HOSTS,
    egress: egressOf(settings),
    dropFolder: settings.DROP_FOLDER && join(settings.DROP_FOLDER, region),
    schemas: openSchemas(settings.XOEV_SCHEMAS),
  };
}

/** An installation without any of it: for previews, and for tests. */
export const bare: Surroundings = {
  developmentHosts: [],
  egress: openEgress('any', undefined),
  schemas: openSchemas(undefined),
};
