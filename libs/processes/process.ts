import type { Format } from '#adapters/contract.js';
import type { Schema } from '#fim/model.js';
import type { Validator } from '#fim/validator.js';
import type { RowIndex } from './mapping.js';
import type { Facts, Omits, ProcessFile } from './process-file.js';
import type { Program } from './program.js';
import type { StepProgram } from './step-program.js';

/** A process, compiled against its schema. */
export interface Process extends Omit<ProcessFile, 'schema' | 'rules' | 'mapping'> {
  /** The file that it was made from, with its expressions in place of their file names. */
  written: ProcessFile;
  /** The folder of process.json; absent for a process that was made in code or imported. */
  folder?: string;
  /** Recorded with each submission and delivery. */
  schema: { id: string; version: string };
  model: Schema;
  validator: Validator;
  rows: RowIndex;
  /** Makes the instance if the mapping is JSONata; otherwise the rows do. */
  mapper?: Program<unknown>;
  /** By step name: the request of a register step, or the message of a delivery, if it has one. */
  programs: Map<string, StepProgram>;
  /** By step name, then by template name. */
  templates: Map<string, Map<string, Template>>;
}

/** A template, compiled. */
export interface Template {
  title: string;
  format: Format;
  /** Of a CSV. */
  columns?: string[];
  /** What people read of it beside the form: path to label. */
  facts?: Facts | undefined;
  /** What it leaves out of what earlier registers said, and why. */
  omits?: Omits | undefined;
  program: StepProgram;
}
