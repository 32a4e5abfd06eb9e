import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { transform } from 'esbuild';
import type { Files } from './files.ts';
import { neutraliseForeignHosts } from './foreignHosts.ts';
import { readHostModules, type HostModules } from './hostModules.ts';
import { isUnwanted, pruneMainBundle, reachable } from './prune.ts';

/** The prebuilt application as it lies in its package. */
export interface Package {
  version: string;
  folder: string;
  /** Names of the wanted files, relative to the folder. */
  files: string[];
  /** Name and text of the main bundle. */
  main: { name: string; text: string };
  licence: string;
}

/** Reads `@ohif/app`: its list of files and its main bundle. */
export function openPackage(root: string): Package {
  const folder = path.join(root, 'dist');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => !isUnwanted(file) && statSync(path.join(folder, file)).isFile())
    .sort();
  const name = files.find((file) => /^app\.bundle\.[0-9a-f]+\.js$/.test(file));
  if (!name) throw new Error('@ohif/app has no main bundle');
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return {
    version,
    folder,
    files,
    main: { name, text: readFileSync(path.join(folder, name), 'utf8') },
    licence: readFileSync(path.join(root, 'LICENSE'), 'utf8'),
  };
}

/** What of the application our extension needs to know, read from its own text. */
export function hostModulesOf(source: Package): HostModules {
  return readHostModules(source.main.text, source.version);
}

/**
 * The application's files, pruned, minified and moved below `base`.
 *
 * @param base path the files are served at, with slashes around it
 */
export async function buildApplication(source: Package, base: string): Promise<Files> {
  const pruned = pruneMainBundle(source.main.text);
  const read = (file: string): string =>
    file === source.main.name ? pruned : readFileSync(path.join(source.folder, file), 'utf8');
  const kept = [...reachable(source.files, source.main.name, read)].sort();
  const files: Files = new Map();
  await Promise.all(
    kept.map(async (file) => {
      files.set(file, await processFile(source, file, base, read));
    }),
  );
  return new Map([...files].sort(([one], [other]) => (one < other ? -1 : 1)));
}

async function processFile(
  source: Package,
  file: string,
  base: string,
  read: (file: string) => string,
): Promise<Buffer> {
  if (file.endsWith('.css')) {
    const css = read(file).replaceAll('url(/', `url(${base}`);
    return Buffer.from((await transform(css, { loader: 'css', minify: true, legalComments: 'none' })).code);
  }
  if (!file.endsWith('.js')) return readFileSync(path.join(source.folder, file));
  const moved = movePublicPath(read(file), base, file === source.main.name);
  const options = { minify: true, target: 'es2022', legalComments: 'none', logLevel: 'error' } as const;
  return Buffer.from((await transform(neutraliseForeignHosts(moved), options)).code);
}

const publicPath = '__webpack_require__.p = "/";';

function movePublicPath(text: string, base: string, required: boolean): string {
  const parts = text.split(publicPath);
  if (required && parts.length !== 2) throw new Error('the main bundle sets its public path in a new way');
  return parts.join(`__webpack_require__.p = ${JSON.stringify(base)};`);
}
