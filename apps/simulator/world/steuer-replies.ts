import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Settings } from '#settings/settings.js';
import { tokenSource } from '../portal/token.js';
import { texts } from '../texts.js';
import { writeNotice } from './notice.js';

export const replyPlanSchema = z.strictObject({
  /** `callback`: posted to the gateway; `poll`: there when asked. */
  mode: z.enum(['off', 'callback', 'poll']),
  /** From the delivery to the Bescheid; `inBearbeitung` comes at once. */
  afterSeconds: z.number().min(0).max(86_400).default(5),
  /** Only this municipality. */
  ars: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
});
export type ReplyPlan = z.infer<typeof replyPlanSchema>;

interface DeliveredSubmission {
  /** Idempotency key. */
  key: string;
  submissionId: string;
  ars: string;
}

/** A reply as it goes over the wire, by callback and to whoever asks. */
export interface PostedReply {
  id: string;
  status: 'inBearbeitung' | 'bescheid';
  text: string;
  at: string;
  documents: { filename: string; mimetype: string; contentBase64: string }[];
}

/** How the tax office answers what was delivered to it. Plans and replies that are due are forgotten with a restart. */
export class SteuerReplies {
  /** By municipality; `*`: for all. */
  readonly #plans = new Map<string, ReplyPlan>();
  /** By key of the delivery: when it arrived, or was first asked about; milliseconds since 1970. */
  readonly #since = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #token: () => Promise<string>;

  constructor(private readonly settings: Pick<Settings, 'gatewayUrl' | 'issuer'>) {
    this.#token = tokenSource(settings.issuer, 'fachverfahren-steuer');
  }

  /** `off` ends the plan of that municipality; without `ars` all plans. */
  set(plan: ReplyPlan): ReplyPlan[] {
    if (plan.mode !== 'off') this.#plans.set(plan.ars ?? '*', plan);
    else if (plan.ars) this.#plans.delete(plan.ars);
    else this.#plans.clear();
    return [...this.#plans.values()];
  }

  /** Called when a delivery has taken effect: from now on its replies become due. */
  delivered(delivery: DeliveredSubmission): void {
    this.#sinceOf(delivery.key);
    const plan = this.#planFor(delivery.ars);
    if (plan?.mode === 'callback') void this.#post(delivery, plan).catch(() => {});
  }

  /** Returns the replies to a delivery that are due by now. `done`: there will be no others. */
  async repliesNow({
    key,
    ars,
  }: Pick<DeliveredSubmission, 'key' | 'ars'>): Promise<{ replies: PostedReply[]; done: boolean }> {
    const plan = this.#planFor(ars);
    if (plan?.mode !== 'poll') return { replies: [], done: true };
    const [first, bescheid] = await repliesTo(key, this.#sinceOf(key), plan);
    const done = Date.now() >= Date.parse(bescheid!.at);
    return { replies: done ? [first!, bescheid!] : [first!], done };
  }

  close(): void {
    this.#stop.abort();
  }

  #planFor(ars: string): ReplyPlan | undefined {
    return this.#plans.get(ars) ?? this.#plans.get('*');
  }

  #sinceOf(key: string): number {
    const since = this.#since.get(key) ?? Date.now();
    this.#since.set(key, since);
    return since;
  }

  async #post({ key, submissionId }: DeliveredSubmission, plan: ReplyPlan): Promise<void> {
    const { signal } = this.#stop;
    for (const reply of await repliesTo(key, this.#sinceOf(key), plan)) {
      await pause(Math.max(0, Date.parse(reply.at) - Date.now()), undefined, { signal, ref: false });
      for (let wait = 250; !(await this.#posted(submissionId, reply)); wait = Math.min(wait * 2, 5_000))
        await pause(wait, undefined, { signal, ref: false });
    }
  }

  async #posted(submissionId: string, reply: PostedReply): Promise<boolean> {
    try {
      const answer = await fetch(`${this.settings.gatewayUrl}/fachverfahren/v1/submissions/${submissionId}/replies`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await this.#token()}`, 'content-type': 'application/json' },
        body: JSON.stringify(reply),
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(10_000)]),
      });
      return answer.ok;
    } catch {
      return false;
    }
  }
}

/** Makes both replies: in progress, and decided. The same key and time give the same replies. */
async function repliesTo(key: string, since: number, { afterSeconds }: ReplyPlan): Promise<PostedReply[]> {
  const number = createHash('sha256').update(key).digest().readUInt32BE() % 1_000_000;
  const file = `HU-${String(number).padStart(6, '0')}`;
  const pdf = await writeNotice(file, texts.notice.heading, [texts.notice.file(file), texts.notice.invented]);
  return [
    {
      id: `${file}-1`,
      status: 'inBearbeitung',
      text: texts.steuer.inProgress(file),
      at: new Date(since).toISOString(),
      documents: [],
    },
    {
      id: `${file}-2`,
      status: 'bescheid',
      text: texts.steuer.decided(file),
      at: new Date(since + afterSeconds * 1000).toISOString(),
      documents: [
        { filename: texts.notice.fileName(file), mimetype: 'application/pdf', contentBase64: pdf.toString('base64') },
      ],
    },
  ];
}
