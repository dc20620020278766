import { at, textAt } from '#xoev/read.js';
import type { AdapterContext } from '../../contract.js';
import { meaningOf } from '../answers/faults.js';
import type { XtaParameters } from '../parameters.js';
import { call, demandAnswer } from './call.js';

/** The light of a TransportReport (XTA 2.1.1, MessageStatus). */
export type Light = 'open' | 'green' | 'yellow' | 'red';
const lights: Record<string, Light> = { '0': 'open', '1': 'green', '2': 'yellow', '3': 'red' };

export const hasArrived = (light: Light | 'unknown') => light === 'green' || light === 'yellow';

/** Asks for the light of a message. `unknown`: the server has no message with this id. Throws if it does not say. */
export async function transportReport(
  context: AdapterContext,
  given: XtaParameters,
  messageId: string,
): Promise<Light | 'unknown'> {
  const result = await call(context, given, 'getTransportReport', { 'wsa:MessageID': messageId });
  if (result.kind === 'fault' && meaningOf(result.fault).kind === 'unknownId') return 'unknown';
  const { body } = demandAnswer(result, 'the transport report was refused:');
  const light = lights[textAt(at(body, 'TransportReport'), 'MessageStatus/Status') ?? ''];
  if (!light) throw new Error('the transport report says nothing');
  return light;
}
