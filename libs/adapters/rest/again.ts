import type { AdapterContext } from '../contract.js';
import type { RestParameters } from './parameters.js';

/** When a target that was given a delivery, or has it, is asked again. */
export const askAgainAt = ({ now }: Pick<AdapterContext, 'now'>, { pollMinutes }: RestParameters) =>
  new Date(now().getTime() + pollMinutes * 60_000);
