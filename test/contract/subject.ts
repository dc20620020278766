import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadAdapters, majorOf, packageFolder, versionsOf } from '#adapter-host/load.js';
import type { Adapter } from '#adapters/contract.js';
import { startFake } from '#adapters/kit/fake.js';
import type { Fixture, TargetFixture } from '#adapters/kit/fixture.js';
import type { Target, Trouble, Worded } from '#adapters/kit/target.js';
import { root } from '#settings/root.js';
import type { Json } from '#submission/vocabulary.js';
import { Trial } from './trial.js';

/** One version of one adapter with one of its fixtures: what the suite runs over. */
export interface Subject<F extends Fixture = Fixture> {
  /** `rest`, `melderegister v1`, `file-drop (sftp)`. */
  name: string;
  adapter: Adapter;
  /** Where its sources and its README lie. */
  folder: string;
  fixture: F;
}

export type Probed = Subject<TargetFixture>;

/**
 * Something that must be true of every adapter for which `when` returns true. `run` throws or rejects where it is not.
 */
export interface Check<S extends Subject = Subject> {
  name: string;
  when?(subject: S): boolean;
  run(subject: S): Promise<void> | void;
}

/** Every version of every adapter and package, with each of its fixtures. */
export async function subjects(packages: string[]): Promise<Subject[]> {
  const own = [...(await loadAdapters()).values()].map((adapter) => ({
    adapter,
    ...placesOf(join('libs/adapters', adapter.manifest.id)),
  }));
  const folders = await Promise.all(packages.map(async (name) => [await packageFolder(name), name] as const));
  const foreign = [...new Map(folders)].map(async ([folder, name]) => {
    const before = new Set(own.map(({ adapter }) => adapter.manifest.id));
    const loaded = [...(await loadAdapters({ packages: [name] })).values()];
    return { adapter: loaded.find(({ manifest }) => !before.has(manifest.id))!, source: folder, compiled: folder };
  });
  const all = [...own, ...(await Promise.all(foreign))];
  return (await Promise.all(all.map(({ adapter, source, compiled }) => subjectsOf(adapter, source, compiled)))).flat();
}

const placesOf = (path: string) => ({ source: join(root, path), compiled: join(root, 'dist', path) });

async function subjectsOf(adapter: Adapter, source: string, compiled: string): Promise<Subject[]> {
  const found = versionsOf(adapter).map(async (version) => {
    const earlier = version === adapter ? '' : `v${majorOf(version.manifest)}`;
    const file = join(compiled, earlier, 'fixtures.js');
    if (!existsSync(file)) throw new Error(`${join(source, earlier)}: no fixtures beside the adapter`);
    const { fixture, fixtures = { '': fixture } } = (await import(pathToFileURL(file).href)) as {
      fixture: Fixture;
      fixtures?: Record<string, Fixture>;
    };
    return Object.entries(fixtures).map(
      ([way, one]): Subject => ({
        name: [adapter.manifest.id, earlier, way && `(${way})`].filter(Boolean).join(' '),
        adapter: version,
        folder: join(source, earlier),
        fixture: one,
      }),
    );
  });
  return (await Promise.all(found)).flat();
}

export const hasTarget = (subject: Subject): subject is Probed => 'start' in subject.fixture;
export const isRegister = ({ adapter }: Subject) => adapter.manifest.kind === 'register';
export const speaksHttp = ({ fixture }: Probed) => (fixture.protocol ?? 'http') === 'http';
export const knows = ({ fixture }: Probed, trouble: string) =>
  fixture.troubles ? fixture.troubles.some((kind) => kind === trouble) : true;

/** A trouble as HTTP says it, and as the target does where the fixture has words of its own. */
export const wordings = (subject: Probed, kind: Exclude<Worded, 'absent'>): Trouble[] => [
  ...(knows(subject, kind) ? [{ kind }] : []),
  ...inOwnWords(subject, kind),
];

export function inOwnWords({ fixture }: Probed, kind: Worded): Trouble[] {
  const says = fixture.words?.[kind];
  return says ? [{ kind, says }] : [];
}

/** A running fake, and tasks for the adapter that faces it. */
export class Stage {
  private constructor(
    readonly subject: Probed,
    readonly target: Target,
  ) {}

  static async open(subject: Probed, trouble: Trouble = { kind: 'none' }): Promise<Stage> {
    const stage = new Stage(subject, await subject.fixture.start({ startFake }));
    stage.target.trouble(trouble);
    return stage;
  }

  trial(values: Record<string, Json> = {}): Trial {
    return this.trialWith({ ...this.target.values, ...values });
  }

  /** With these values and no others. */
  trialWith(values: Record<string, Json>): Trial {
    const { adapter, fixture } = this.subject;
    return new Trial(adapter, values, fixture.subject, this.target.dropFolder);
  }

  /** Values with which nobody listens. */
  nobody(): Record<string, Json> {
    return this.subject.fixture.unreachable ?? { [this.subject.fixture.address]: 'http://127.0.0.1:9' };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.target.close();
  }
}
