import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { ROOT, runCommand } from './command.ts';

/** Licences that ask for no more than to be named, or (MPL, OFL) for changes of their own files. */
const LICENCES: ReadonlySet<string> = new Set([
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'MPL-2.0',
  'OFL-1.1',
  'Unlicense',
  'Zlib',
]);

/** Packages that are used all the same, each with the reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  '@img/sharp-libvips-linux-x64': 'LGPL library that sharp loads as it is, not changed and not linked in',
  '@img/sharp-libvips-linux-arm64': 'as for x64',
  '@img/sharp-libvips-darwin-x64': 'as for x64',
  '@img/sharp-libvips-darwin-arm64': 'as for x64',
  argparse: 'Python-2.0, which asks for no more than to be named',
  'caniuse-lite': 'CC BY data that the build reads; nothing of it is shipped',
  'png-js': 'MIT, as its own LICENSE says; its package.json has no word of it',
  rechoir: 'MIT, as its own LICENSE says; its package.json has no word of it',
  '@vitejs/plugin-react': 'MIT, as its own LICENSE says; its package.json has no word of it',
};

const bom = z.object({
  components: z.array(
    z.object({
      group: z.string().optional(),
      name: z.string(),
      version: z.string(),
      licenses: z
        .array(
          z.object({
            expression: z.string().optional(),
            license: z.object({ id: z.string().optional(), name: z.string().optional() }).optional(),
          }),
        )
        .optional(),
    }),
  ),
});

export interface DependencyReport {
  packages: number;
  /** Packages whose licence is none of those above. */
  unlicensed: string[];
  /** What the registry knows of holes in what is installed; null: it did not answer the question. */
  advisories: { package: string; severity: string; title: string; url: string }[] | null;
}

const pnpm = path.join(ROOT, '.toolchain/node_modules/.bin/pnpm');

/**
 * Writes the list of what the product is made of (CycloneDX 1.6).
 *
 * @throws Error when pnpm cannot make it
 */
export async function writeBom(file: string): Promise<void> {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-spec-version', '1.6'];
  const { code, output } = await runCommand(pnpm, [...args, '--sbom-type', 'application', '--out', file]);
  if (code !== 0) throw new Error(`the list of components was not made: ${output.trim()}`);
}

/** Looks at the licences of everything that is installed, and asks the registry for known holes. */
export async function examineDependencies(): Promise<DependencyReport> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hutong-bom-'));
  try {
    const file = path.join(folder, 'bom.json');
    await writeBom(file);
    const { components } = bom.parse(JSON.parse(await readFile(file, 'utf8')));
    return {
      packages: components.length,
      unlicensed: components.flatMap(({ group, name, version, licenses = [] }) => {
        const full = group === undefined ? name : `${group}/${name}`;
        const said = licenses.map((one) => one.expression ?? one.license?.id ?? one.license?.name ?? '');
        const isFine = full in EXCEPTIONS || (said.length > 0 && said.every(isPermissive));
        return isFine ? [] : [`${full} ${version}: ${said.join(', ') || 'no licence'}`];
      }),
      advisories: await readAdvisories(),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Whether an SPDX expression leaves a choice that is among {@link LICENCES}. */
export function isPermissive(expression: string): boolean {
  const plain = expression.replace(/[()]/g, ' ').trim();
  return plain
    .split(/\s+OR\s+/)
    .some((choice) => choice.split(/\s+AND\s+/).every((licence) => LICENCES.has(licence.trim())));
}

const audit = z.object({
  advisories: z.record(
    z.string(),
    z.object({ module_name: z.string(), severity: z.string(), title: z.string(), url: z.string() }),
  ),
});

/** Holes of severity high and above in what runs in the product. */
async function readAdvisories(): Promise<DependencyReport['advisories']> {
  const { output } = await runCommand(pnpm, ['audit', '--prod', '--audit-level', 'high', '--json']);
  const parsed = audit.safeParse(jsonIn(output));
  if (!parsed.success) return null;
  return Object.values(parsed.data.advisories)
    .filter(({ severity }) => severity === 'high' || severity === 'critical')
    .map(({ module_name: name, severity, title, url }) => ({ package: name, severity, title, url }));
}

function jsonIn(output: string): unknown {
  try {
    return JSON.parse(output.slice(output.indexOf('{'))) as unknown;
  } catch {
    return null;
  }
}
