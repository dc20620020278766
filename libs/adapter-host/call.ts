import { setTimeout as pause } from 'node:timers/promises';
import type { Adapter, Artifact, CheckStep, Delivery, LookupOutcome, LookupRequest } from '#adapters/contract.js';
import { lookupOutcomeSchema, outcomeSchema } from '#adapters/tools/outcomes.js';
import type { Json } from '#submission/vocabulary.js';
import { type Answer, presentable } from './answer.js';
import { type Bound, bind, fullName } from './bind.js';
import { type ContextOptions, createContext, type OpenContext } from './context.js';
import { doubted, outcomeOf, stepOf } from './failure.js';
import { NotSent } from './http.js';
import { type Redactor, redactor } from './redact.js';
import { storable } from './storable.js';
import type { Surroundings } from './surroundings.js';
import { texts } from './texts.js';
import { within } from './within.js';

/** One call of an adapter for one task. Everything the adapter learns comes from here. */
export interface Attempt
  extends Pick<
    ContextOptions,
    | 'idempotencyKey'
    | 'attempt'
    | 'traceparent'
    | 'signal'
    | 'fence'
    | 'depart'
    | keyof Surroundings
    | 'checkpoint'
    | 'kept'
    | 'onAnswer'
    | 'log'
  > {
  adapter: Adapter;
  /** Effective values by full name, secrets in the clear. {@link bind} leaves out those of other adapters. */
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

/** The call came to its deadline, could not connect, or a request of it got no answer. */
export interface Silence {
  unanswered?: true;
}

/** Milliseconds that a call of this adapter may take: what its manifest says, else `otherwise`. */
export const deadlineOf = ({ manifest }: Adapter, otherwise = 30_000) => manifest.deadline ?? otherwise;
/** Milliseconds after a call's end until `find` is conclusive. */
export const findableWithinOf = ({ manifest }: Adapter) => manifest.findableWithin ?? 5_000;

/**
 * Calls the adapter and always answers, at the deadline at the latest. A thrown error, nonsense or a hang becomes
 * `unknown` if anything may have left in a `deliver`, else `later`; so does a refusal that proves nothing
 * ({@link doubted}). The answer is {@link storable} and {@link presentable}.
 */
export async function call(attempt: Attempt, question: Question): Promise<Answer & Silence> {
  const { adapter, now } = attempt;
  const bound = await bind(adapter, attempt.values);
  if ('message' in bound)
    return { kind: 'misconfigured', parameter: bound.parameter, reason: { public: bound.message } };
  const redact = redactor(bound.secrets, personalIn(question));
  const isDelivery = question.call === 'deliver';
  const context = open(attempt, bound, redact);
  let late = false;
  const answer = await within<Answer>(
    context,
    adapter.manifest.id,
    async (context) => storable(await ask(adapter, context, question, bound)),
    (failure) => {
      late = failure.why === 'deadline';
      return outcomeOf(failure, isDelivery);
    },
  );
  const { unclear, unanswered: silent } = context.traces();
  const known = judged(answer, context);
  const meant = isDelivery ? doubted(known, unclear, adapter.manifest) : known;
  const unanswered = (meant.kind === 'later' || meant.kind === 'unknown') && (late || silent);
  return { ...presentable(meant, adapter, now(), redact), ...(unanswered && { unanswered }) };
}

/** An adapter that says `later` of an address that is refused here would say so for ever. */
function judged(answer: Answer, context: OpenContext): Answer {
  const { refused } = context.reach();
  return answer.kind === 'later' && refused?.parameter ? outcomeOf(sentNothing(refused), false) : answer;
}

const sentNothing = (error: Error) => ({ why: 'threw' as const, error, doubt: false });

/** Everything in a question that a person typed. */
function personalIn(question: Question): Json[] {
  if (question.call === 'deliver') {
    const { message, data, attachments } = question.delivery;
    return [message, data, attachments.map(({ filename }) => filename)];
  }
  return 'request' in question && question.request ? [question.request.subject] : [];
}

/** Tests the connection; changes nothing at the target. Never throws. */
export async function check(attempt: Omit<Attempt, 'checkpoint'>): Promise<CheckStep[]> {
  return (await probe(attempt)).steps;
}

/** The same, and whether the target left it without an answer. */
export async function probe(attempt: Omit<Attempt, 'checkpoint'>): Promise<{ steps: CheckStep[] } & Silence> {
  const { adapter } = attempt;
  const bound = await bind(adapter, attempt.values);
  if ('message' in bound)
    return { steps: [{ step: 'parameters', ok: false, message: bound.message, parameter: bound.parameter }] };
  const redact = redactor(bound.secrets, []);
  const checkpoint = async () => {
    throw new Error('a check must change nothing');
  };
  const context = open({ ...attempt, checkpoint }, bound, redact);
  let late = false;
  const steps = await within<CheckStep[]>(
    context,
    adapter.manifest.id,
    async (context) => storable(await adapter.check(context, bound.parameters)),
    (failure) => {
      late = failure.why === 'deadline';
      return [stepOf(failure, context.reach())];
    },
  );
  const presented = steps
    .map((step) => unreached(step, context))
    .map((step) => ({
      ...step,
      message: redact(step.message),
      ...(step.parameter && { parameter: fullName(adapter.manifest, step.parameter) }),
    }));
  const unanswered = late || context.traces().unanswered;
  return { steps: presented, ...(unanswered && { unanswered }) };
}

/** The step as {@link stepOf} has it where the adapter explained by itself why it reached nobody. */
function unreached(step: CheckStep, context: OpenContext): CheckStep {
  const { reached, refused } = context.reach();
  if (step.ok || step.step !== 'connect' || reached) return step;
  return stepOf(refused ? { error: refused } : {}, { ...context.reach(), asked: step.parameter });
}

/** Milliseconds that {@link evenCheck} takes at most. */
const evenTime = 10_000;

/**
 * {@link check} for people, who choose the address: where there is no connection, it lasts until the deadline, so that
 * a host that refuses looks like one that is silent. Default for the deadline: ten seconds from now.
 */
export async function evenCheck(attempt: Omit<Attempt, 'checkpoint'>): Promise<CheckStep[]> {
  const time = Math.min(evenTime, deadlineOf(attempt.adapter));
  const deadline = attempt.deadline ?? new Date(attempt.now().getTime() + time);
  const steps = await check({ ...attempt, deadline });
  const failed = steps.find(({ ok }) => !ok);
  if (failed?.step === 'connect' && !refusals.includes(failed.message))
    await pause(Math.max(0, deadline.getTime() - attempt.now().getTime()));
  return steps;
}

const refusals: string[] = Object.values(texts.refused);

/** Tells the target which replies are kept. Never throws: what is not confirmed comes again. */
export async function confirm(attempt: Attempt, replies: string[]): Promise<void> {
  const { adapter, values } = attempt;
  const bound = await bind(adapter, values);
  if (!('confirm' in adapter) || !adapter.confirm || 'message' in bound) return;
  const work = adapter.confirm.bind(adapter);
  await within<void>(
    open(attempt, bound, redactor(bound.secrets, [])),
    adapter.manifest.id,
    (context) => work(context, replies, bound.parameters),
    () => undefined,
  );
}

/**
 * The exact bytes that `deliver` would send; null where the adapter cannot say. Throws when the parameters do not fit,
 * and at the deadline.
 */
export async function render(attempt: Attempt, delivery: Delivery): Promise<Artifact[] | null> {
  const { adapter } = attempt;
  if (adapter.manifest.kind !== 'fachverfahren' || !('render' in adapter) || !adapter.render) return null;
  const bound = await bind(adapter, attempt.values);
  if ('message' in bound) throw new Error(`${bound.parameter}: ${bound.message}`);
  const work = adapter.render.bind(adapter);
  return within<Artifact[]>(
    open(attempt, { ...bound, hosts: new Map() }, redactor(bound.secrets, [])),
    adapter.manifest.id,
    (context) => work(context, delivery, bound.parameters),
    ({ why, error }) => {
      throw error ?? new Error(`render was ended: ${why}`);
    },
  );
}

async function ask(adapter: Adapter, context: OpenContext, question: Question, { parameters }: Bound): Promise<Answer> {
  if ('lookup' in adapter) {
    if (question.call === 'lookup')
      return onlyAsked(question.request, await adapter.lookup(context, question.request, parameters));
    const { status } = adapter;
    if (question.call !== 'status' || !status || !question.request)
      throw new NotSent(`${adapter.manifest.id} takes no ${question.call}`);
    const { externalReference, request } = question;
    return onlyAsked(request, await status.call(adapter, context, externalReference, request, parameters));
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

/** Passes on only the attributes that were asked for, whatever the register answers. */
function onlyAsked({ attributes: wanted }: LookupRequest, answer: LookupOutcome): LookupOutcome {
  const outcome = lookupOutcomeSchema.parse(answer);
  if (outcome.kind !== 'found') return outcome;
  const attributes = Object.entries(outcome.attributes).filter(([name]) => wanted.includes(name));
  return { ...outcome, attributes: Object.fromEntries(attributes) };
}

function open(attempt: Attempt, bound: Bound, redact: Redactor): OpenContext {
  const deadline = attempt.deadline ?? new Date(attempt.now().getTime() + deadlineOf(attempt.adapter));
  return createContext({ ...attempt, deadline, allowedHosts: bound.hosts, redact });
}
