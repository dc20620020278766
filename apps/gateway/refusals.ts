import { Problem } from '#problems/problem.js';
import type { Acceptance } from '#submission/submission.js';
import type { Ars } from '#submission/vocabulary.js';
import type { Destination } from './hand-over.js';
import { texts } from './texts.js';

/** Why a hand-over is refused. */

export function unknownRegion(ars: Ars): Problem {
  return new Problem('unknown-region', texts.notFound.region(ars));
}

/** Nobody delivers this Leistung in this region: these `parameters`, which name adapters, are not set. */
export function nobodyDelivers({ leistung, region, process }: Destination, parameters: string[]): Problem {
  return process.leistung === '*'
    ? new Problem('no-process', texts.noProcess(leistung, region, parameters))
    : new Problem('no-fachverfahren', texts.noFachverfahren(leistung, region, parameters));
}

export function noSuchAdapter({ region }: Destination, adapter: string): Problem {
  return new Problem('no-fachverfahren', texts.noSuchAdapter(region, adapter));
}

/** At most this many errors stand in one answer. */
const shownErrors = 100;

export function invalid(errors: object[]): Problem {
  const limit = errors.length > shownErrors ? texts.firstErrorsOnly(shownErrors) : '';
  return new Problem('invalid-submission', texts.invalid(errors.length) + limit, {
    errors: errors.slice(0, shownErrors),
  });
}

export function notAccepted(kind: Exclude<Acceptance['kind'], 'accepted'>): Problem {
  switch (kind) {
    case 'mismatch':
      return new Problem('idempotency-mismatch', texts.idempotency.mismatch);
    case 'twin':
      return new Problem('twin-in-flight', texts.idempotency.twin, {}, { 'retry-after': '1' });
    case 'unavailable':
      return new Problem('unavailable', texts.idempotency.uncertain, {}, { 'retry-after': '2' });
  }
}
