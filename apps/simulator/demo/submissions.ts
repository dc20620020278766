import type { Mode, System } from '../world/faults.js';

/** One submission of the demonstration. */
export interface DemoSubmission {
  ars: string;
  /** How the table names the Leistung. */
  title: string;
  leistung: string;
  /** The process's folder below `schemas/processes`, and the body in its `examples`. */
  process: string;
  example: string;
  /**
   * What goes wrong with its delivery: this system fails that often for the municipality. Default: the Fachverfahren
   * `steuer`.
   */
  fault?: { mode: Mode; for: number; system?: System };
  /** Which system answers: in progress at once, its decision a moment later. */
  replies?: 'steuer' | 'xta';
}

const hund = { title: 'Hundesteuer', leistung: '99102013104000', process: '99102013104000' };

/**
 * One Leistung, and in every municipality another way of delivery: `schemas/parameters/development.json` says which.
 */
export const demoSubmissions: DemoSubmission[] = [
  { ...hund, ars: '081110000000', example: 'valid-ein-hund.json', replies: 'steuer' },
  { ...hund, ars: '082110000000', example: 'valid-zwei-hunde-einwilligung.json' },
  { ...hund, ars: '081210000000', example: 'valid-mit-nachweis.json' },
  { ...hund, ars: '083110000000', example: 'valid-gefaehrlicher-hund.xml' },
  { ...hund, ars: '082220000000', example: 'valid-ein-hund.json', fault: { system: 'post', mode: 'busy', for: 1 } },
  { ...hund, ars: '084210000000', example: 'valid-flach.json', fault: { mode: 'down', for: 1 } },
  { ...hund, ars: '084175001079', example: 'valid-ein-hund.json' },
  { ...hund, ars: '081110000000', example: 'invalid-pflichtangaben.json' },
  { ...hund, ars: '082120000000', example: 'valid-ein-hund.json', fault: { mode: 'reject', for: 1 } },
  {
    ars: '081110000000',
    title: 'Fundsachen',
    leistung: '99089017152000',
    process: 'universal',
    example: 'valid-anliegen.json',
  },
  {
    ars: '081155002015',
    title: 'Bauantrag',
    leistung: '99012008001000',
    process: '99012008001000',
    example: 'valid-einfamilienhaus.json',
    replies: 'xta',
  },
];
