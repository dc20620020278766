import { Problem } from '#problems/problem.js';
import type { Acceptance } from '#submission/submission.js';
import type { Ars } from '#submission/vocabulary.js';
import type { Destination } from './hand-over.js';

export function unknownRegion(ars: Ars): Problem {
  return new Problem(
    'unknown-region',
    `Eine Gemeinde mit dem Regionalschlüssel ${ars} gibt es in Baden-Württemberg nicht.`,
  );
}

/** Nobody delivers this Leistung here: these `parameters` name no adapter. */
export function nobodyDelivers({ leistung, region, process }: Destination, parameters: string[]): Problem {
  const named = parameters.map((name) => `„${name}“`).join(', ');
  if (process.leistung === '*')
    return new Problem(
      'no-process',
      `Die Leistung ${leistung} hat keinen eigenen Prozess, und ${region} hat für sie kein Fachverfahren benannt (Parameter ${named}).`,
    );
  return new Problem(
    'no-fachverfahren',
    `Für die Leistung ${leistung} gibt es einen Prozess, aber ${region} hat dafür kein Fachverfahren benannt (Parameter ${named}).`,
  );
}

export function noSuchAdapter({ region }: Destination, adapter: string): Problem {
  return new Problem('no-fachverfahren', `Für ${region} ist der Adapter „${adapter}“ benannt, den es nicht gibt.`);
}

/** Errors that one answer tells. */
const shownErrors = 100;

export function invalid(errors: object[]): Problem {
  const count = errors.length === 1 ? 'Eine Angabe ist' : `${errors.length} Angaben sind`;
  const shown = errors.length > shownErrors ? ` Gezeigt werden die ersten ${shownErrors}.` : '';
  return new Problem('invalid-submission', `${count} nicht vollständig oder nicht richtig.${shown}`, {
    errors: errors.slice(0, shownErrors),
  });
}

export function notAccepted(kind: Exclude<Acceptance['kind'], 'accepted'>): Problem {
  switch (kind) {
    case 'mismatch':
      return new Problem(
        'idempotency-mismatch',
        'Mit diesem Idempotency-Key kam schon ein anderer Inhalt; für einen neuen Antrag bitte einen neuen Key verwenden.',
      );
    case 'twin':
      return new Problem(
        'twin-in-flight',
        'Ein Antrag mit diesem Idempotency-Key wird gerade angenommen.',
        {},
        { 'retry-after': '1' },
      );
    case 'unavailable':
      return new Problem(
        'unavailable',
        'Es ist ungewiss, ob der Antrag gespeichert ist. Bitte mit demselben Idempotency-Key noch einmal senden.',
        {},
        { 'retry-after': '2' },
      );
  }
}
