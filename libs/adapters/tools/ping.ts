import type { CheckStep, HttpAnswer } from '../contract.js';
import type { Blame } from './outcomes.js';

/** German sentences for the steps that {@link pingSteps} makes. */
export interface PingTexts {
  answers: string;
  credentialsRefused: string;
  nothingThere: string;
  ready: string;
  disturbed: string;
}

/** The steps of a connection test after a service has answered a request that asks for nothing, such as `GET /ping`. */
export function pingSteps({ status }: HttpAnswer, blame: Blame, texts: PingTexts): CheckStep[] {
  const connected: CheckStep = { step: 'connect', ok: true, message: texts.answers };
  const failed = (step: string, message: string, parameter: string): CheckStep[] => [
    connected,
    { step, ok: false, message, parameter },
  ];
  if (status === 401 || status === 403) return failed('authenticate', texts.credentialsRefused, blame.credentials);
  if (status === 404) return failed('address', texts.nothingThere, blame.path);
  const ok = status === 200;
  return [connected, { step: 'ready', ok, message: ok ? texts.ready : texts.disturbed }];
}
