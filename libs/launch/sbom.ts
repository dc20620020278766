import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '#settings/root.js';
import { readJson } from './json-file.js';
import { npm } from './npm.js';
import { Obstacle } from './obstacle.js';
import { say } from './say.js';
import { texts } from './texts.js';

/** What is used of CycloneDX: `licenses` holds an SPDX id, an SPDX expression, or a name that SPDX does not know. */
interface Component {
  'bom-ref': string;
  name: string;
  version: string;
  type: string;
  licenses?: ({ license: { id?: string; name?: string } } | { expression: string })[];
}

interface Bom {
  metadata: { component: Component };
  components: Component[];
  /** `dependsOn` names components by their `bom-ref`. */
  dependencies: { ref: string; dependsOn?: string[] }[];
}

/** `package.json`, as far as it speaks of licences; old packages have a list of them. */
interface Package {
  name: string;
  license?: string;
  licenses?: { type: string }[];
}

/**
 * `npm run sbom`: everything from outside that runs in production, as CycloneDX (`sbom.cdx.json`) and as a list by
 * licence (`licences.txt`), in the folder `sbom` or the one that is named. Resolves to the exit code.
 */
export async function sbom([folder = 'sbom']: string[]): Promise<number> {
  const { code, out } = await npm(['sbom', '--sbom-format=cyclonedx', '--package-lock-only']);
  if (code !== 0) throw new Obstacle(texts.sbom.failed(code));
  const bom = completed(ofProduction(JSON.parse(out) as Bom));
  const into = resolve(root, folder);
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, 'sbom.cdx.json'), `${JSON.stringify(bom, null, 2)}\n`);
  const byLicence = grouped(bom.components);
  writeFileSync(join(into, 'licences.txt'), listed(byLicence));
  say(texts.sbom.written(into, bom.components.length, byLicence.size));
  return 0;
}

interface Lock {
  /** By path below the project's folder. `dev`: only developers need it. */
  packages: Record<string, { version: string; dev?: boolean }>;
}

/** What the lock does not keep for developers. npm's own `--omit=dev` leaves out more than that. */
function ofProduction(bom: Bom): Bom {
  const { packages } = readJson<Lock>(join(root, 'package-lock.json'))!;
  const used = Object.entries(packages).flatMap(([path, { version, dev }]) =>
    dev ? [] : [`${path.split('node_modules/').at(-1)}@${version}`],
  );
  const kept = new Set(used);
  const components = bom.components.filter(({ name, version }) => kept.has(`${name}@${version}`));
  const refs = new Set([bom.metadata.component, ...components].map((component) => component['bom-ref']));
  const dependencies = bom.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }));
  return { ...bom, components, dependencies };
}

/** npm calls the project by its folder, and reads licences from the lock, which lacks those of old packages. */
function completed(bom: Bom): Bom {
  const { name } = readJson<Package>(join(root, 'package.json'))!;
  Object.assign(bom.metadata.component, { name, type: 'application' });
  for (const component of bom.components) component.licenses ??= licencesOf(component.name);
  return bom;
}

function licencesOf(name: string): Component['licenses'] & object {
  const installed = readJson<Package>(join(root, 'node_modules', name, 'package.json'));
  const said = installed?.license ? [installed.license] : (installed?.licenses ?? []).map(({ type }) => type);
  return said.map((id) => ({ license: { id } }));
}

function grouped(components: Component[]): Map<string, Component[]> {
  const groups = new Map<string, Component[]>();
  for (const component of components) {
    const licence = licenceOf(component);
    groups.set(licence, [...(groups.get(licence) ?? []), component]);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function licenceOf({ licenses = [] }: Component): string {
  const said = licenses.map((one) => ('expression' in one ? one.expression : (one.license.id ?? one.license.name)));
  return said.join(' AND ') || texts.sbom.unsaid;
}

function listed(byLicence: Map<string, Component[]>): string {
  const blocks = [...byLicence].map(([licence, components]) =>
    [`${licence} (${components.length})`, ...components.map(({ name, version }) => `  ${name} ${version}`)].join('\n'),
  );
  return `${blocks.join('\n\n')}\n`;
}
