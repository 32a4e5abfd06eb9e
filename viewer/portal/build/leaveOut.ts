/** Leaves out of the build what the pixels of shares never use of the libraries that draw them. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

interface Dictionary {
  nameMap: Readonly<Record<string, { tag: string; vr: string; vm: string; name: string }>>;
}

/** Of the dictionary of `dcmjs` the attributes that cornerstone's metadata names. */
function namedAttributes(): Dictionary['nameMap'] {
  const here = createRequire(import.meta.url);
  const folder = dirname(here.resolve('@cornerstonejs/metadata'));
  const there = createRequire(join(folder, 'index.js'));
  const { data } = there('dcmjs') as { data: { DicomMetaDictionary: Dictionary } };
  const { nameMap } = data.DicomMetaDictionary;
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') && !file.endsWith('.test.js'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  const words = new Set(texts.flatMap((text) => text.match(/\b[A-Z][A-Za-z0-9]+\b/g) ?? []));
  return Object.fromEntries(
    [...words]
      .filter((word) => Object.hasOwn(nameMap, word))
      .sort()
      .flatMap((word) => {
        const entry = nameMap[word];
        return entry === undefined ? [] : [[word, pick(entry)]];
      }),
  );
}
const pick = ({ tag, vr, vm, name }: Dictionary['nameMap'][string]): Dictionary['nameMap'][string] => ({
  tag,
  vr,
  vm,
  name,
});

/**
 * What stands in for `dcmjs`, a megabyte that cornerstone asks for its dictionary alone: we give datasets to it that are
 * read already. Its logger says nothing, for what it would say names images.
 */
const withoutDcmjs = (): string => `
const quiet = () => undefined;
const levels = ['trace', 'debug', 'info', 'log', 'warn', 'error', 'setLevel', 'setDefaultLevel', 'enableAll', 'disableAll'];
const logger = () => ({
  ...Object.fromEntries(levels.map((level) => [level, quiet])),
  getLevel: () => 5,
  levels: {},
  getLogger: () => logger(),
});
class Nothing {}
const nameMap = ${JSON.stringify(namedAttributes())};
const dictionary = Object.fromEntries(Object.values(nameMap).map((entry) => [entry.tag, entry]));
export const log = logger();
export const constants = {};
export default {
  log, constants,
  async: { AsyncDicomReader: Nothing },
  data: { DicomMetaDictionary: { dictionary, nameMap } },
  utilities: { DicomMetadataListener: Nothing },
};
`;
/** Readers of surfaces and XML, and a second way of drawing: classes that are never made. */
const NO_CLASS = `
const nothing = () => { throw new Error('left out of this build'); };
export const newInstance = nothing;
export const extend = nothing;
export default { newInstance: nothing, extend: nothing };
`;

/** Colour tables with names; grey is made by a formula. */
const NO_TABLES = 'export default [];';

const LEFT_OUT: readonly (readonly [RegExp, string | (() => string)])[] = [
  [/^dcmjs$/, withoutDcmjs],
  [/^@kitware\/vtk\.js\/IO\/(?:XML|Geometry|Misc)\//, NO_CLASS],
  [/(?:^|\/)WebGPU\/[\w/]+\.js$/, NO_CLASS],
  [/(?:^|\/)ColorMaps\.json\.js$/, NO_TABLES],
];

/** Puts small stand-ins in the place of large modules. */
export function leaveOut(): Plugin {
  return {
    name: 'leave-out',
    enforce: 'pre',
    resolveId: (source) => {
      const index = LEFT_OUT.findIndex(([name]) => name.test(source));
      return index === -1 ? null : `\0left-out-${index}`;
    },
    load: (id) => {
      const index = /^\0left-out-(\d+)$/.exec(id)?.[1];
      const text = index === undefined ? undefined : LEFT_OUT[Number(index)]?.[1];
      return typeof text === 'function' ? text() : (text ?? null);
    },
  };
}
