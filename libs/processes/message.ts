import type { LookupRequest } from '#adapters/contract.js';
import type { Json } from '#submission/vocabulary.js';
import type { Process } from './process.js';
import type { MessageInput } from './step-program.js';
import { texts } from './texts.js';

/**
 * What a step delivers: the result of its expression, or the FIM data itself.
 * @throws ProgramError
 * @throws MissingParameter
 */
export async function message(process: Process, step: string, input: MessageInput): Promise<Json> {
  const program = process.programs.get(step);
  return program ? program.run(input) : input.data;
}

/**
 * What a register step asks.
 * @throws ProgramError
 * @throws MissingParameter
 */
export async function request(
  process: Process,
  name: string,
  input: MessageInput,
): Promise<Pick<LookupRequest, 'subject' | 'attributes' | 'purpose' | 'legalBasis'>> {
  const step = process.steps.find((step) => step.name === name);
  if (step?.kind !== 'register') throw new Error(texts.expression.noRegisterStep(process.leistung, name));
  const { attributes, purpose, legalBasis } = step;
  return { subject: await process.programs.get(name)!.run(input), attributes, purpose, legalBasis };
}
