import { unzipSync } from 'fflate';
import { Unreadable } from '#xoev/read.js';
import type { AdapterContext } from '../../contract.js';
import { visit } from '../../tools/place/drop.js';
import { Obstacle } from '../../tools/place/obstacle.js';
import type { PlaceParameters } from '../../tools/place/parameters.js';
import type { Place } from '../../tools/place/use.js';
import { type Confirmation, confirmationKind, largest, readConfirmation } from '../answers/confirmation.js';
import type { XdomeaParameters } from '../parameters.js';

/** Opens the place where the DMS puts its confirmations, for reading only. */
export function visitReturns<T>(
  context: AdapterContext,
  given: XdomeaParameters,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  return visit(context, returnPlace(given), work, 'read').catch((error) => {
    throw error instanceof Obstacle ? blamingReturns(error) : error;
  });
}

/**
 * Looks for the confirmation of this process (xdomea 3.0, FVDaten.ImportBestaetigen.0630), as XML or packed. A DMS may
 * write the ProzessID in capitals.
 * @throws Unreadable if there are files of that name, and none is a confirmation
 */
export const findConfirmation = (
  context: AdapterContext,
  given: XdomeaParameters,
  process: string,
): Promise<Confirmation | undefined> =>
  visitReturns(context, given, async (place) => {
    let trouble: unknown;
    for (const name of namesOf(process)) {
      const bytes = await place.read(name, largest);
      if (!bytes) continue;
      try {
        return readConfirmation(name.endsWith('.zip') ? unpacked(bytes, name) : bytes, process);
      } catch (error) {
        trouble = error;
      }
    }
    if (trouble) throw trouble;
    return undefined;
  });

const namesOf = (process: string): string[] =>
  [process, process.toUpperCase()].flatMap((id) => ['xml', 'zip'].map((ext) => `${id}_${confirmationKind}.${ext}`));

/** Confirmations lie in the same kind of place as the filing, but in another folder. */
function returnPlace(given: XdomeaParameters): PlaceParameters {
  const { returns } = given;
  const folder = returns ?? '.';
  return {
    ...given,
    folder,
    directory: folder,
    ...(given.place === 'webdav' && returns !== undefined && { url: returns }),
  };
}

/** Blames the parameter `returns` for what is wrong with the folder. The login is that of the filing. */
function blamingReturns(error: Obstacle): Obstacle {
  const { step, outcome, parameter } = error;
  if (!['folder', 'directory', 'url'].includes(parameter ?? '')) return error;
  const blamed = outcome.kind === 'misconfigured' ? { ...outcome, parameter: 'returns' } : outcome;
  return new Obstacle(step, blamed, 'returns');
}

/** Unpacks only the file that is named like the ZIP, and only if it is not too large. */
function unpacked(zip: Uint8Array, zipName: string): Uint8Array {
  const wanted = zipName.replace(/zip$/, 'xml');
  try {
    const files = unzipSync(zip, { filter: ({ name, originalSize }) => name === wanted && originalSize <= largest });
    if (files[wanted]) return files[wanted];
  } catch {
    // no ZIP
  }
  throw new Unreadable('no ZIP with this message');
}
