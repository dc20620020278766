import type { Settings } from '#settings/settings.js';
import type { XmlSchemas } from '#xoev/xsd/schemas.js';
import { openSchemas } from '#xoev/xsd/validate.js';

/** What an installation gives to every call of every adapter. */
export interface Surroundings {
  /** Hosts besides loopback that adapters may speak to without TLS. */
  developmentHosts: string[];
  /** The folder below which adapters may write files. Absent: they may write none. */
  dropFolder?: string | undefined;
  schemas: XmlSchemas;
}

export function surroundings({
  DEVELOPMENT_HOSTS,
  DROP_FOLDER,
  XOEV_SCHEMAS,
}: Pick<Settings, 'DEVELOPMENT_HOSTS' | 'DROP_FOLDER' | 'XOEV_SCHEMAS'>): Surroundings {
  return { developmentHosts: DEVELOPMENT_HOSTS, dropFolder: DROP_FOLDER, schemas: openSchemas(XOEV_SCHEMAS) };
}

/** An installation without any of it: for previews, and for tests. */
export const bare: Surroundings = { developmentHosts: [], schemas: openSchemas(undefined) };
