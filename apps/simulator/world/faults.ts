import { z } from 'zod';

/** Fachverfahren, files dropped, mail, an XTA account, a DMS, registers, and what adapters bring along. */
export const systems = [
  'steuer',
  'ablage',
  'post',
  'xta',
  'dms',
  'melderegister',
  'handelsregister',
  'nachweis',
  'fakes',
] as const;
export type System = (typeof systems)[number];

/** Makes a value for each system. */
export const perSystem = <T>(make: (system: System) => T) =>
  Object.fromEntries(systems.map((system) => [system, make(system)])) as Record<System, T>;

const ars = z.string().regex(/^\d{12}$/);

export const faultSchema = z.strictObject({
  mode: z.enum([
    'none',
    'down',
    'slow',
    'busy',
    'reject',
    'commit-then-hang',
    'commit-then-fail',
    'garbage',
    'unauthorized',
  ]),
  /** Only the next n deliveries; everything else is answered normally. */
  for: z.number().int().min(1).optional(),
  /** Only this municipality. */
  ars: ars.optional(),
  /** With `reject`, of the system `xta`: the number of the XTA fault; 9070: its report is not yet written. */
  code: z
    .string()
    .regex(/^9\d{3}$/)
    .optional(),
});
export type Fault = z.infer<typeof faultSchema>;
export type Mode = Fault['mode'];

/** Milliseconds that a slow system takes to answer. */
export const slowMs = 5_000;

/** These concern deliveries only: the system itself is well. */
const ofDeliveries = new Set<Mode>(['reject', 'commit-then-hang', 'commit-then-fail']);
const well: Fault = { mode: 'none' };

/** Faults on demand, per system, for all or for one municipality. Not kept over a restart. */
export class Faults {
  /** By municipality; `*`: for all. */
  readonly #faults = perSystem(() => new Map<string, Fault>());

  /** `none` ends the fault of that municipality; without `ars` all faults of the system. */
  set(system: System, fault: Fault): void {
    const faults = this.#faults[system];
    if (fault.mode !== 'none') faults.set(fault.ars ?? '*', fault);
    else if (fault.ars) faults.delete(fault.ars);
    else faults.clear();
  }

  list(): Record<System, Fault[]> {
    return perSystem((system) => [...this.#faults[system].values()]);
  }

  /** Returns the fault that a request meets now, and counts a delivery against `for`. */
  meet(system: System, request: { ars: string | undefined; delivery: boolean }): Fault {
    const faults = this.#faults[system];
    const name = request.ars && faults.has(request.ars) ? request.ars : '*';
    const fault = faults.get(name);
    if (!fault) return well;
    if (!request.delivery) return fault.for !== undefined || ofDeliveries.has(fault.mode) ? well : fault;
    if (fault.for === 1) faults.delete(name);
    else if (fault.for !== undefined) faults.set(name, { ...fault, for: fault.for - 1 });
    return fault;
  }
}
