import {
  type Answer,
  anything,
  count,
  day,
  each,
  flag,
  list,
  nullable,
  type Operation,
  object,
  oneOf,
  record,
  type Shape,
  text,
  time,
  uuid,
} from '#problems/openapi.js';
import { replayItemStates } from '#store/rows.js';
import { replyStatuses } from '#submission/vocabulary.js';

/** What every operation of the console answers. A controller's answer that is shaped otherwise fails a test. */

const page = (items: Shape) => object({ items: list(items), next: nullable(text) });

const origin = {
  'value?': anything,
  'set?': flag,
  ...each(text, 'versionId', 'region', 'level', 'leistung', 'author', 'reason'),
};
const effective = object({
  ...each(text, 'ars', 'municipality', 'leistung'),
  at: time,
  parameters: record(object({ ...origin, 'validFrom?': time, validTo: nullable(time), hides: list(object(origin)) })),
  defaults: record(anything),
  missing: list(text),
  notInherited: record(object(origin)),
});
const incomplete = object({
  region: text,
  incomplete: list(object({ ars: text, municipality: text, leistung: text, title: text, missing: list(text) })),
});
const definitions = object({
  definitions: list(object({ name: text, schema: { type: 'object' } })),
});
const history = {
  ...each(text, 'region', 'leistung', 'name', 'etag'),
  versions: list(
    object({
      versionId: text,
      'value?': anything,
      ...each(flag, 'set?', 'inherit?'),
      ...each(time, 'validFrom', 'validTo?'),
      ...each(text, 'author', 'reason'),
      createdAt: time,
      periods: list(object({ from: time, 'to?': time })),
    }),
  ),
};
const changed = { ...history, 'boundSet?': object({ set: list(text), notSet: list(text) }) };

const mandate = {
  mandateId: uuid,
  ...each(text, 'region', 'client', 'reason', 'givenBy'),
  scope: oneOf('parameters', 'content'),
  ...each(time, 'until', 'givenAt'),
  revokedAt: nullable(time),
  active: flag,
};

const check = object({
  ...each(text, 'adapter', 'ars', 'leistung'),
  ok: flag,
  steps: list(object({ step: text, ok: flag, message: text, 'parameter?': text })),
});

const deadTask = object({
  ...each(uuid, 'taskId', 'submissionId'),
  number: nullable(text),
  diedAt: time,
  ...each(text, 'leistung', 'ars', 'adapter'),
  kind: oneOf('task'),
  step: text,
  ...each(nullable(text), 'outcome', 'reason', 'cause'),
  inDoubt: flag,
  attempts: count,
  createdAt: time,
});
const stray = object({
  strayId: uuid,
  diedAt: time,
  queue: nullable(text),
  reason: text,
  bytes: count,
  kind: oneOf('stray'),
});
const cause = object({
  ...each(text, 'cause', 'adapter'),
  ...each(nullable(text), 'outcome', 'reason'),
  ...each(count, 'count', 'municipalities', 'inDoubt'),
  ...each(time, 'first', 'last'),
});
const deadLetters: Shape = {
  anyOf: [page({ anyOf: [deadTask, stray] }), object({ causes: list(cause) })],
};
const explainedParameter = object({
  ...each(text, 'name', 'level', 'region?', 'leistung?', 'versionId?'),
  'value?': anything,
  'set?': flag,
  ...each(time, 'validFrom?', 'validTo?'),
  ...each(text, 'author?', 'reason?'),
});
const attempt = object({
  ...each(count, 'attempt', 'generation'),
  ...each(text, 'call', 'worker'),
  polls: nullable(count),
  ...each(nullable(text), 'adapterVersion', 'outcome'),
  startedAt: time,
  finishedAt: nullable(time),
  reason: nullable(text),
  differs: list(object({ what: text, 'name?': text, before: anything, after: anything })),
});
const explanation = object({
  taskId: uuid,
  ...each(text, 'state', 'next', 'step', 'kind', 'adapter', 'lane', 'leistung'),
  ars: text,
  inDoubt: nullable(flag),
  ...each(nullable(text), 'outcome', 'reason'),
  externalReference: nullable(text),
  generation: count,
  createdAt: time,
  finishedAt: nullable(time),
  submission: object({
    ...each(uuid, 'submissionId', 'caseId'),
    number: nullable(text),
    ...each(text, 'client', 'channel', 'processVersion'),
    schema: object({ id: text, version: text }),
    formId: nullable(text),
    ...each(time, 'receivedAt', 'acceptedAt'),
    traceparent: text,
  }),
  attempts: list(attempt),
  parameters: list(explainedParameter),
  'answer?': object({ outcome: text, origin: anything, differences: count }),
  sent: list(object({ generation: count, step: text, at: time })),
  events: list(object({ at: time, type: text, actor: text, text, data: { type: 'object' } })),
});
const taskState = object({ taskId: uuid, state: text, next: text });
const action = object({ at: time, actor: text, type: text, reason: nullable(text) });

const plan = {
  ...each(count, 'count', 'beyond', 'needDecision', 'inOtherJob'),
  closedLanes: list(object({ lane: text, why: nullable(text), reason: nullable(text), count })),
};
const job = {
  replayId: uuid,
  author: text,
  state: oneOf('running', 'paused', 'cancelled', 'sent', 'done'),
  reason: nullable(text),
  filter: record(text),
  parameters: oneOf('as-ran', 'current'),
  ratePerSecond: nullable(count),
  createdAt: time,
  finishedAt: nullable(time),
  progress: object({
    ...each(count, 'total', 'pending', 'skipped', 'underWay', 'processed'),
    ...each(count, 'failedAgain', 'discarded'),
  }),
};
const replayItem = object({
  n: count,
  taskId: uuid,
  ...each(nullable(text), 'note', 'outcome'),
  state: oneOf(...replayItemStates),
  reason: nullable(text),
  at: nullable(time),
});

const lane = {
  ...each(text, 'lane', 'adapter', 'ars'),
  why: nullable(text),
  state: oneOf('open', 'closed'),
  ...each(nullable(text), 'reason', 'parameter'),
  failures: count,
  closedAt: nullable(time),
  ...each(nullable(time), 'probeAt', 'oldest'),
  ...each(count, 'probes', 'waiting', 'running', 'dead'),
};

const pendingGroup = object({ ...each(text, 'lane', 'adapter', 'ars'), count, oldest: time });
const pendingTask = object({
  ...each(uuid, 'taskId', 'submissionId'),
  number: nullable(text),
  ...each(text, 'leistung', 'step'),
  asked: count,
  ...each(time, 'since', 'askAt'),
});
const begun = (item: Shape) => object({ items: list(item), more: flag });

const submission = object({
  ...each(uuid, 'submissionId', 'caseId'),
  number: nullable(text),
  ...each(text, 'client', 'leistung', 'ars'),
  receivedAt: time,
  attention: flag,
  state: oneOf('accepted', 'processing', 'delivered', 'rejected', 'abandoned'),
  tasks: list(
    object({
      taskId: uuid,
      ...each(text, 'step', 'adapter', 'state', 'next'),
      attempts: count,
      outcome: nullable(text),
      dueAt: nullable(time),
    }),
  ),
  replies: list(
    object({ replyId: uuid, status: oneOf(...replyStatuses), at: time, receivedAt: time, documents: count }),
  ),
  events: list(object({ at: time, type: text, text })),
});
const foundSubmission = {
  submissionId: uuid,
  number: nullable(text),
  ...each(text, 'leistung', 'ars'),
  receivedAt: time,
};
const rendered = object({
  taskId: uuid,
  artifacts: list(object({ name: text, mimetype: text, size: count, 'text?': text, 'base64?': text })),
});

const share = object({ checked: count, unchecked: count });
const schema = {
  ...each(text, 'schemaId', 'version', 'label', 'standard', 'status', 'forced?'),
  released: flag,
  ...each(text, 'sha256', 'author', 'rulesVersion?'),
  createdAt: time,
  enforced: object({ constraints: share, rules: share }),
  uses: list(
    object({
      ...each(text, 'leistung', 'region?', 'processVersion', 'rulesVersion?'),
      ...each(day, 'validFrom', 'validTo?'),
      state: oneOf('scheduled', 'live', 'replaced', 'ended', 'withdrawn'),
    }),
  ),
};
const links = { links: object({ self: text, xml: text, jsonSchema: text, catalogue: text }) };
const unchecked = object({
  checked: count,
  unchecked: list(object({ position: text, id: text, reason: text })),
});
const ruled = object({
  checked: count,
  unchecked: list(object({ position: text, id: text, reason: text })),
  'version?': text,
  'added?': list(object({ position: text, id: text, text, by: list(text) })),
});
const changes = list(object({ path: text, what: text, breaking: flag, message: text }));
const boundList = object({ uri: text, 'version?': text, versionUri: text, how: text, size: count });
const schemaDetail = object({
  ...schema,
  ...links,
  lists: list(boundList),
  addedRules: list(object({ rulesVersion: text, sha256: text, author: text, createdAt: time })),
  actions: list(action),
  report: object({ constraints: unchecked, rules: ruled, findings: list({ type: 'object' }) }),
});
const file = (type: string): Answer => ({ type, shape: text });

const entry = object({
  protokollId: uuid,
  ...each(text, 'art', 'uebermittelndeStelle'),
  zeitpunkt: time,
  empfangendeStelle: object({ regionalschluessel: text, zugang: text }),
  ...each(text, 'zweck', 'anlass?', 'rechtsgrundlage', 'ergebnis?'),
  datenkategorien: list(text),
  'vorgang?': object({ 'leistung?': text, submissionId: uuid, 'caseId?': uuid }),
});

/** A path with an id: 400 where it is none, 404 where it names nothing. */
const found = [400, 404];
const acted = [404, 409];

export const answers: Record<string, Operation> = {
  'GET /api/v1/parameters/effective': { answers: { 200: effective }, refusals: found },
  'GET /api/v1/parameters/missing': { answers: { 200: incomplete }, refusals: found },
  'GET /api/v1/parameters/definitions': { answers: { 200: definitions } },
  'GET /api/v1/parameters/{region}/{leistung}/{name}': { answers: { 200: object(history) }, refusals: found },
  'PUT /api/v1/parameters/{region}/{leistung}/{name}': {
    answers: { 200: object(changed) },
    refusals: [404, 412, 422, 428],
  },
  'DELETE /api/v1/parameters/{region}/{leistung}/{name}': {
    answers: { 200: object(history) },
    refusals: [...found, 412, 428],
  },
  'GET /api/v1/mandates': { answers: { 200: object({ items: list(object(mandate)) }) } },
  'POST /api/v1/mandates': { answers: { 201: object(mandate) } },
  'DELETE /api/v1/mandates/{mandateId}': { answers: { 200: object(mandate) }, refusals: [400, 404, 409] },
  'POST /api/v1/adapters/{name}/check': { answers: { 200: check }, refusals: found },
  'GET /api/v1/dead-letters': { answers: { 200: deadLetters }, refusals: [400] },
  'GET /api/v1/dead-letters/{taskId}': { answers: { 200: explanation }, refusals: found },
  'POST /api/v1/dead-letters/{taskId}/replay': { answers: { 200: taskState }, refusals: acted },
  'POST /api/v1/dead-letters/{taskId}/discard': { answers: { 200: taskState }, refusals: acted },
  'POST /api/v1/dead-letters/{taskId}/resolve': { answers: { 200: taskState }, refusals: acted },
  'POST /api/v1/dead-letters/strays/{strayId}/dismiss': {
    answers: { 200: object({ strayId: uuid, dismissed: flag }) },
    refusals: [404],
  },
  'POST /api/v1/replays': {
    answers: { 200: object({ dryRun: flag, ...plan, causes: list(cause) }), 202: object(job) },
    refusals: [409],
  },
  'GET /api/v1/replays': { answers: { 200: object({ items: list(object(job)) }) }, refusals: [400] },
  'GET /api/v1/replays/{replayId}': {
    answers: { 200: object({ ...job, actions: list(action) }) },
    refusals: found,
  },
  'GET /api/v1/replays/{replayId}/items': { answers: { 200: page(replayItem) }, refusals: found },
  'POST /api/v1/replays/{replayId}/pause': { answers: { 200: object(job) }, refusals: acted },
  'POST /api/v1/replays/{replayId}/resume': { answers: { 200: object(job) }, refusals: acted },
  'POST /api/v1/replays/{replayId}/cancel': { answers: { 200: object(job) }, refusals: acted },
  'GET /api/v1/lanes': { answers: { 200: page(object(lane)) }, refusals: [400] },
  'GET /api/v1/lanes/{lane}': { answers: { 200: object({ ...lane, actions: list(action) }) }, refusals: found },
  'POST /api/v1/lanes/{lane}/probe': { answers: { 202: object(lane) }, refusals: acted },
  'GET /api/v1/pending': { answers: { 200: begun(pendingGroup) }, refusals: [400] },
  'GET /api/v1/pending/{lane}': { answers: { 200: begun(pendingTask) }, refusals: [400] },
  'POST /api/v1/submissions/find': {
    answers: { 200: object({ items: list(object(foundSubmission)), more: flag, complete: flag }) },
  },
  'GET /api/v1/submissions/{submissionId}': { answers: { 200: submission }, refusals: found },
  'POST /api/v1/tasks/{taskId}/render': { answers: { 200: rendered }, refusals: acted },
  'POST /api/v1/schemas': {
    answers: {
      200: object({ 'dryRun?': flag, 'created?': flag, changes, ...schema, 'links?': links.links }),
      201: object({ changes, ...schema, ...links }),
    },
    refusals: [404, 422],
  },
  'GET /api/v1/schemas': { answers: { 200: object({ items: list(object({ ...schema, ...links })) }) } },
  'GET /api/v1/schemas/{schemaId}/{version}': { answers: { 200: schemaDetail }, refusals: found },
  'DELETE /api/v1/schemas/{schemaId}/{version}': {
    answers: { 200: object({ ...schema, ...links }) },
    refusals: found,
  },
  'GET /api/v1/schemas/{schemaId}/{version}/xml': { answers: { 200: file('application/xml') }, refusals: found },
  'GET /api/v1/schemas/{schemaId}/{version}/json-schema': {
    answers: { 200: { type: 'application/schema+json', shape: { type: 'object' } } },
    refusals: found,
  },
  'GET /api/v1/schemas/{schemaId}/{version}/catalogue': { answers: { 200: file('text/*') }, refusals: found },
  'POST /api/v1/access-log/person': { answers: { 200: object({ person: text }) } },
  'GET /api/v1/access-log': { answers: { 200: page(entry) }, refusals: [400] },
};
