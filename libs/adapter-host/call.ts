import type {
  Adapter,
  Artifact,
  CheckStep,
  Delivery,
  LookupOutcome,
  LookupRequest,
  Outcome,
  Reason,
} from '#adapters/contract.js';
import { tlsTrouble } from '#adapters/tools/certificates.js';
import { guarded, lookupOutcomeSchema, outcomeSchema } from '#adapters/tools/outcomes.js';
import type { Json } from '#submission/vocabulary.js';
import { type Bound, bind, fullName, type Misfit } from './bind.js';
import { type ContextOptions, createContext, type OpenContext } from './context.js';
import { NotSent, Refused } from './http.js';
import { type Redactor, redactor } from './redact.js';
import type { Surroundings } from './surroundings.js';

/** One call of an adapter for one task. Everything the adapter learns comes from here. */
export interface Attempt
  extends Pick<
    ContextOptions,
    'idempotencyKey' | 'attempt' | 'traceparent' | 'signal' | keyof Surroundings | 'checkpoint' | 'kept' | 'log'
  > {
  adapter: Adapter;
  /** Effective values by full name, secrets in the clear; those of other adapters are left out by {@link bind}. */
  values: Record<string, Json>;
  now(): Date;
  /** Default: now + the manifest's deadline. */
  deadline?: Date;
}

export type Question =
  | { call: 'deliver'; delivery: Delivery }
  | { call: 'lookup'; request: LookupRequest }
  | { call: 'find' }
  | { call: 'status'; externalReference: string; request?: LookupRequest };

/** What the target says to `find`: `delivered`, `absent`, `unknowable`, or that it cannot be known now. */
export type Answer = Outcome | LookupOutcome | { kind: 'absent' | 'unknowable' };

/** Milliseconds a call of this adapter may take: what its manifest says, else `otherwise`. */
export const deadlineOf = ({ manifest }: Adapter, otherwise = 30_000) => manifest.deadline ?? otherwise;
export const findableWithinOf = ({ manifest }: Adapter) => manifest.findableWithin ?? 5_000;

/**
 * Calls the adapter and always answers, at the deadline at the latest. A thrown error, nonsense or a hang is `unknown` if anything may have left in
 * a `deliver`, else `later`. Texts are redacted, parameter names complete, `notBefore` between 1 s and 1 h away, `askAgainAt` between 1 s and a day.
 */
export async function call(attempt: Attempt, question: Question): Promise<Answer> {
  const bound = bind(attempt.adapter, attempt.values);
  if ('message' in bound) return misconfigured(bound);
  const personal: Json[] =
    question.call === 'deliver'
      ? [
          question.delivery.message,
          question.delivery.data,
          question.delivery.attachments.map((attachment) => attachment.filename),
        ]
      : 'request' in question && question.request
        ? [question.request.subject]
        : [];
  const redact = redactor(bound.secrets, personal);
  const answer = await within<Answer>(
    attempt,
    bound,
    redact,
    (context) => ask(attempt.adapter, context, question, bound),
    (failure) => verdict(failure, question),
  );
  return presentable(answer, attempt, redact);
}

/** Tests the connection; changes nothing at the target. Never throws. */
export async function check(attempt: Omit<Attempt, 'checkpoint'>): Promise<CheckStep[]> {
  const { adapter } = attempt;
  const bound = bind(adapter, attempt.values);
  if ('message' in bound)
    return [{ step: 'parameters', ok: false, message: bound.message, parameter: bound.parameter }];
  const redact = redactor(bound.secrets, []);
  const checkpoint = async () => {
    throw new Error('a check must change nothing');
  };
  const steps = await within<CheckStep[]>(
    { ...attempt, checkpoint },
    bound,
    redact,
    (context) => adapter.check(context, bound.parameters),
    (failure) => [failedStep(failure, bound)],
  );
  return steps.map((step) => ({
    ...step,
    message: redact(step.message),
    ...(step.parameter && { parameter: fullName(adapter.manifest, step.parameter) }),
  }));
}

/** Tells the target which replies are kept. Never throws: what is not confirmed is told again. */
export async function confirm(attempt: Attempt, replies: string[]): Promise<void> {
  const { adapter, values } = attempt;
  const bound = bind(adapter, values);
  if (!('confirm' in adapter) || !adapter.confirm || 'message' in bound) return;
  const work = adapter.confirm.bind(adapter);
  await within<void>(
    attempt,
    bound,
    redactor(bound.secrets, []),
    (context) => work(context, replies, bound.parameters),
    () => undefined,
  );
}

/** The exact bytes `deliver` would send, without sending; null where the adapter cannot say. Throws when the parameters do not fit. */
export async function render(attempt: Attempt, delivery: Delivery): Promise<Artifact[] | null> {
  const { adapter } = attempt;
  if (adapter.manifest.kind !== 'fachverfahren' || !('render' in adapter) || !adapter.render) return null;
  const bound = bind(adapter, attempt.values);
  if ('message' in bound) throw new Error(`${bound.parameter}: ${bound.message}`);
  const context = open(attempt, { ...bound, hosts: new Map() }, redactor(bound.secrets, []));
  return adapter.render(context, delivery, bound.parameters).finally(context.close);
}

async function ask(adapter: Adapter, context: OpenContext, question: Question, { parameters }: Bound): Promise<Answer> {
  if ('lookup' in adapter) {
    if (question.call === 'lookup')
      return asked(question.request, await adapter.lookup(context, question.request, parameters));
    const { status } = adapter;
    if (question.call !== 'status' || !status || !question.request)
      throw new NotSent(`${adapter.manifest.id} takes no ${question.call}`);
    const { externalReference, request } = question;
    return asked(request, await status.call(adapter, context, externalReference, request, parameters));
  }
  switch (question.call) {
    case 'deliver':
      return outcomeSchema.parse(await adapter.deliver(context, question.delivery, parameters));
    case 'find': {
      if (!adapter.find) throw new NotSent(`${adapter.manifest.id} cannot find`);
      const found = await adapter.find(context, context.idempotencyKey, parameters);
      if (typeof found === 'string') return { kind: found };
      return outcomeSchema.parse({ kind: found.askAgainAt ? 'pending' : 'delivered', ...found });
    }
    case 'status':
      if (!adapter.status) throw new NotSent(`${adapter.manifest.id} has no status`);
      return outcomeSchema.parse(await adapter.status(context, question.externalReference, parameters));
    case 'lookup':
      throw new NotSent(`${adapter.manifest.id} is no register`);
  }
}

/** Only what was asked for passes on, whatever the register answers. */
function asked({ attributes: wanted }: LookupRequest, answer: LookupOutcome): LookupOutcome {
  const outcome = lookupOutcomeSchema.parse(answer);
  if (outcome.kind !== 'found') return outcome;
  const attributes = Object.entries(outcome.attributes).filter(([name]) => wanted.includes(name));
  return { ...outcome, attributes: Object.fromEntries(attributes) };
}

/** How a call ended without an answer of the adapter. */
interface Failure {
  why: 'deadline' | 'stopped' | 'threw';
  error?: Error;
  /** Whether anything that changes the target may have left. */
  doubt: boolean;
}

/** Runs `work` until it ends or the context does. */
async function within<T>(
  attempt: Attempt,
  bound: Bound,
  redact: Redactor,
  work: (context: OpenContext) => Promise<T>,
  otherwise: (failure: Failure) => T,
): Promise<T> {
  const context = open(attempt, bound, redact);
  try {
    return await Promise.race([
      work(context),
      context.ended.then((why) => {
        const { sent, checkpointed } = context.traces();
        return otherwise({ why, doubt: sent || checkpointed });
      }),
    ]);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error('the adapter threw something that is no error');
    const { sent, checkpointed } = context.traces();
    context.log(`${attempt.adapter.manifest.id} threw`, { reason: describe(error) });
    return otherwise({ why: 'threw', error, doubt: sent || (checkpointed && !(error instanceof NotSent)) });
  } finally {
    context.close();
  }
}

/** Only a delivery leaves doubt behind; what merely asks can ask again. */
function verdict({ why, error, doubt }: Failure, question: Question): Outcome {
  const detail = error ? describe(error) : why;
  if (error instanceof Refused && error.parameter)
    return {
      kind: 'misconfigured',
      parameter: error.parameter,
      reason: { public: 'Diese Adresse ist nicht erlaubt: nur mit TLS.', detail },
    };
  if (question.call === 'deliver' && doubt)
    return {
      kind: 'unknown',
      reason: { public: 'Ob das Zielsystem die Sendung erhalten hat, ist unklar.', detail },
    };
  const text = {
    deadline: 'Das Zielsystem hat nicht rechtzeitig geantwortet.',
    stopped: 'Der Aufruf wurde unterbrochen, weil Stellwerk endet.',
    threw: error instanceof NotSent ? 'Das Zielsystem ist nicht erreichbar.' : 'Der Aufruf ist unerwartet gescheitert.',
  }[why];
  return { kind: 'later', reason: { public: text, detail } };
}

function failedStep({ why, error }: Failure, bound: Bound): CheckStep {
  const parameter = error instanceof Refused ? error.parameter : [...bound.hosts.values()][0];
  const trouble = tlsTrouble(error);
  if (trouble) return { step: 'tls', ok: false, message: trouble, parameter };
  if (error instanceof Refused)
    return { step: 'connect', ok: false, message: 'Diese Adresse ist nicht erlaubt: nur mit TLS.', parameter };
  const silent = why === 'threw' ? 'Das Zielsystem ist nicht erreichbar.' : 'Das Zielsystem antwortet nicht.';
  return { step: 'connect', ok: false, message: silent, parameter };
}

function open(attempt: Attempt, bound: Bound, redact: Redactor): OpenContext {
  const deadline = attempt.deadline ?? new Date(attempt.now().getTime() + deadlineOf(attempt.adapter));
  return createContext({ ...attempt, deadline, allowedHosts: bound.hosts, redact });
}

function misconfigured({ parameter, message }: Misfit): Outcome {
  return { kind: 'misconfigured', parameter, reason: { public: message } };
}

function presentable(answer: Answer, { adapter, now }: Attempt, redact: Redactor): Answer {
  const clean = ({ public: text, detail }: Reason): Reason => ({
    public: redact(text),
    ...(detail !== undefined && { detail: redact(detail) }),
  });
  switch (answer.kind) {
    case 'rejected':
      return {
        ...answer,
        reasons: answer.reasons.map(clean).map(({ public: text, ...rest }) => ({ public: guarded(text), ...rest })),
      };
    case 'misconfigured':
      return { ...answer, parameter: fullName(adapter.manifest, answer.parameter), reason: clean(answer.reason) };
    case 'later': {
      const { notBefore, ...rest } = answer;
      return { ...rest, reason: clean(answer.reason), ...(notBefore && { notBefore: clamp(notBefore, now()) }) };
    }
    case 'unknown':
      return { ...answer, reason: clean(answer.reason) };
    case 'pending':
      return { ...answer, askAgainAt: clamp(answer.askAgainAt, now(), 86_400_000) };
    default:
      return answer;
  }
}

function clamp(at: Date, now: Date, longest = 3_600_000): Date {
  const pause = at.getTime() - now.getTime();
  return new Date(now.getTime() + Math.min(Math.max(pause, 1_000), longest));
}

/** The kind of failure, never what an adapter put into the message beside it, unless the error is ours. */
function describe(error: Error): string {
  const code = (error as { code?: unknown }).code ?? (error.cause as { code?: unknown } | undefined)?.code;
  return [error.name, code, error.message].filter(Boolean).join(' ');
}
