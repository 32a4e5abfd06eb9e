/** Builds the viewer into `dist/`: `node build/build.ts`. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildApplication, hostModulesOf, openPackage } from './application.ts';
import type { Files } from './files.ts';
import { foreignHosts } from './foreignHosts.ts';
import { thirdPartyNotices } from './notices.ts';
import { writeOutput } from './output.ts';
import { viewerPage } from './page.ts';
import { buildPlugin } from './plugin.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const servedAt = '/viewer/';
const require = createRequire(import.meta.url);
const started = performance.now();

const source = openPackage(path.dirname(require.resolve('@ohif/app/package.json')));
const host = hostModulesOf(source);
// The server caches for good what lies under a digest of 16 hexadecimal digits between `-` and `.`.
const folder = `v-${digestOfInputs()}.ohif/`;
const base = servedAt + folder;

const [application, plugin] = await Promise.all([buildApplication(source, base), buildPlugin(root, host)]);
const files: Files = new Map();
for (const [name, bytes] of [...application, ...plugin.files]) files.set(folder + name, bytes);
const icon = `${folder}plugin/icon.svg`;
files.set(icon, readFileSync(path.join(root, 'src/icon.svg')));
files.set('app-config.js', plugin.appConfig);
files.set(
  'index.html',
  Buffer.from(
    viewerPage({
      base: servedAt,
      mainScript: base + source.main.name,
      mainStyles: `${base}app.bundle.css`,
      extension: base + plugin.extension,
      styles: base + plugin.styles,
      icon: servedAt + icon,
    }),
  ),
);
files.set('LICENSE-OHIF.txt', Buffer.from(source.licence));
files.set('THIRD-PARTY-NOTICES.txt', Buffer.from(thirdPartyNotices(source, bundleTexts())));

const unknown = foreignHosts(files);
if (unknown.size > 0) {
  const list = [...unknown].map(([name, file]) => `${name} (${file})`).join(', ');
  throw new Error(`the viewer names hosts nobody has looked at: ${list}`);
}

const size = await writeOutput(path.join(root, 'dist'), files);
const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);
console.log(
  `viewer: OHIF ${source.version}, ${size.files} files, ${mb(size.bytes)} MB ` +
    `(gzip ${mb(size.gzip)}, brotli ${mb(size.brotli)}) in ${((performance.now() - started) / 1000).toFixed(1)} s`,
);

/** Names the output folder: everything the output is made of, so that the folder may be cached for ever. */
function digestOfInputs(): string {
  const digest = createHash('sha256').update(source.version);
  for (const room of ['build', 'src', '../tokens', '../words']) {
    const names = readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:tsx?|css|svg|json)$/.test(name) && !/\.test\.tsx?$/.test(name))
      .sort();
    for (const name of names) digest.update(name).update(readFileSync(path.join(root, room, name)));
  }
  return digest.digest('hex').slice(0, 16);
}

function bundleTexts(): string[] {
  return source.files
    .filter((file) => file.endsWith('.js'))
    .map((file) => readFileSync(path.join(source.folder, file), 'utf8'));
}
