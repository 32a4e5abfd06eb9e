/**
 * Takes the prebuilt OHIF application down to what our one mode can reach.
 *
 * The main bundle registers every extension and mode OHIF ships. Registrations and loaders we do not use are cut
 * from its text; what is then no longer referenced from any kept bundle is left out of the output.
 */
const keptExtensions = [
  '@ohif/extension-default',
  '@ohif/extension-cornerstone',
  '@ohif/extension-cornerstone-dicom-sr',
  '@ohif/extension-cornerstone-dicom-seg',
  '@ohif/extension-cornerstone-dicom-pmap',
  '@ohif/extension-cornerstone-dicom-rt',
  '@ohif/extension-dicom-pdf',
  '@ohif/extension-dicom-video',
];
/** Registered with the application from the start; the rest are loaded when the mode names them. */
const startExtensions = ['@ohif/extension-default', '@ohif/extension-cornerstone'];
const keptModes = ['@ohif/mode-basic'];

const mainStyles = 'app.bundle.css';

/** Files of the package that are never wanted, whoever mentions them. */
const unwanted: readonly RegExp[] = [
  /^ort\//,
  /^dicom-microscopy-viewer\//,
  /^customizations\//,
  // Workers that interpolate and mesh segmentations, which nobody edits here.
  /^(?:interpolation|polySeg)\.bundle\./,
  /\.map$/,
  /\.html$/,
  /^(?:sw|init-service-worker|google|app-config|polyfill\.min|es6-shim\.min|oidc-client\.min)\.js$/,
  /^_(?:headers|redirects)$/,
  /^manifest\.json$/,
  /^ohif-logo.*\.svg$/,
  /^assets\/(?!images\/)/,
];

/**
 * Cuts registrations and loaders of unused extensions and modes out of the main bundle.
 *
 * @throws Error when the bundle's plugin list no longer has the shape this expects.
 */
export function pruneMainBundle(bundle: string): string {
  let registrations = 0;
  const registered = bundle.replace(
    /^pluginImports_(extensions|modes)\.push\("([^"]+)"\);\n/gm,
    (line, kind: string, name: string) => {
      registrations += 1;
      return kind === 'extensions' && startExtensions.includes(name) ? line : '';
    },
  );
  const kept = new Set<string>();
  let cut = 0;
  const pruned = registered.replace(
    /^ {2}if \(module === "([^"]+)"\) \{\n(?: {4}.*\n)+ {2}\}\n/gm,
    (block, name: string) => {
      if (keptExtensions.includes(name) || keptModes.includes(name)) {
        kept.add(name);
        return block;
      }
      cut += 1;
      return '';
    },
  );
  const missing = [...keptExtensions, ...keptModes].filter((name) => !kept.has(name));
  if (missing.length > 0) throw new Error(`OHIF no longer loads: ${missing.join(', ')}`);
  if (registrations === 0 || cut === 0) throw new Error('the plugin list of OHIF has changed its shape');
  return pruned;
}

export function isUnwanted(path: string): boolean {
  return unwanted.some((pattern) => pattern.test(path));
}

/**
 * The files reachable from the main bundle: its style sheet, chunks and workers by number, style sheets of kept chunks, binary
 * files and pictures by name.
 *
 * @param files names of the package's wanted files
 * @param read text of a bundle, the main one already pruned
 */
export function reachable(
  files: readonly string[],
  main: string,
  read: (file: string) => string,
): Set<string> {
  const byChunk = new Map<string, string[]>();
  for (const file of files) {
    const chunk = /^([\w-]+)\.bundle\.[0-9a-f]+\.js$/.exec(file)?.[1] ?? /^(\d+)\.css$/.exec(file)?.[1];
    if (chunk) byChunk.set(chunk, [...(byChunk.get(chunk) ?? []), file]);
  }
  const names = workerNames(read(main));
  const found = new Set<string>([main, mainStyles]);
  const queue = [main];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (!file.endsWith('.js')) continue;
    for (const chunk of chunksNamedIn(read(file), file === main)) {
      for (const next of byChunk.get(names.get(chunk) ?? chunk) ?? []) {
        if (!found.has(next)) queue.push(next);
        found.add(next);
      }
    }
  }
  const texts = [...found].map(read);
  for (const file of files) {
    if (/\.(?:js|css)$/.test(file)) continue;
    const name = file.slice(file.lastIndexOf('/') + 1);
    if (texts.some((text) => text.includes(name))) found.add(file);
  }
  return found;
}

/** Chunk number → name, for the few chunks (workers) whose file is not called by its number. */
function workerNames(mainText: string): Map<string, string> {
  const table = /\{((?:\d+: "[\w-]+",)+)\}\[chunkId\] \|\| chunkId/.exec(mainText)?.[1] ?? '';
  return new Map([...table.matchAll(/(\d+): "([\w-]+)"/g)].map(([, id = '', name = '']) => [id, name]));
}

function chunksNamedIn(text: string, isMain: boolean): Set<string> {
  const loads = text.matchAll(/__webpack_require__\.(?:e|u)\((?:\/\*[^*]*\*\/ ?)?"?(\d+)"?\)/g);
  const chunks = new Set([...loads].map(([, id = '']) => id));
  if (!isMain) {
    // A worker's start-up code loads its chunks by a list: all of its table belongs to it.
    const table = /\.bundle\." \+ \{((?:\d+: "[0-9a-f]+",)+)\}\[chunkId\]/.exec(text)?.[1] ?? '';
    for (const [, id = ''] of table.matchAll(/(\d+): "/g)) chunks.add(id);
  }
  return chunks;
}
