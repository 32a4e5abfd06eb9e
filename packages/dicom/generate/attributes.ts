/**
 * Writes `src/attributes.generated.ts` from the attribute registry (PS3.6) as dcmjs carries it.
 * Run it after changing `namedAttributes.ts` or raising dcmjs: `node packages/dicom/generate/attributes.ts`.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { namedAttributes } from './namedAttributes.ts';

interface RegistryEntry {
  tag: string;
  vr: string;
  vm: string;
  name: string;
}

const { data } = createRequire(import.meta.url)('dcmjs') as {
  data: { DicomMetaDictionary: { nameMap: Record<string, RegistryEntry> } };
};

/** dcmjs keeps dcmtk's shorthands for attributes with more than one VR; the second one listed here is for signed data. */
const shorthands: Record<string, string> = { ox: 'OW', xs: 'US/SS', lt: 'OW', up: 'UL', na: '--' };

/** Groups in which every even group number 00–1E repeats the registry (PS3.5 §7.6). */
const repeatingGroup = /^(50|60)00/;

const entries = Object.values(data.DicomMetaDictionary.nameMap)
  .map(({ tag, vr, vm, name }) => ({
    tag: tag.replace(/[(),]/g, '').toUpperCase(),
    vr: shorthands[vr] ?? vr,
    vm,
    keyword: name.replace(/^RETIRED_/, ''),
    retired: name.startsWith('RETIRED_'),
  }))
  .filter(({ tag, keyword }) => /^[0-9A-F]{8}$/.test(tag) && /^[A-Za-z][A-Za-z0-9]*$/.test(keyword))
  .map((entry) => ({ ...entry, tag: entry.tag.replace(repeatingGroup, '$1xx') }))
  .sort((a, b) => (a.tag < b.tag ? -1 : 1));

const tagByKeyword = new Map<string, string>();
for (const { tag, keyword, retired } of entries) {
  if (!retired || !tagByKeyword.has(keyword)) tagByKeyword.set(keyword, tag);
}

const lines = entries.map(
  ({ tag, vr, vm, keyword, retired }) => `${tag} ${vr} ${vm} ${keyword}${retired ? ' R' : ''}`,
);
const named = namedAttributes.map((keyword) => {
  const tag = tagByKeyword.get(keyword);
  if (tag === undefined) throw new Error(`Not in the registry: ${keyword}`);
  return `  ${keyword}: '${tag.replace('xx', '00')}',`;
});

const text = `// Written by generate/attributes.ts; do not edit.

/** Tags of the attributes the product addresses by name. */
export const TAG = {
${named.join('\n')}
} as const;

/**
 * The registry of attributes, one a line: tag, VR, VM, keyword, and R where retired. \`xx\` stands for a repeating
 * group; \`US/SS\` is decided by PixelRepresentation; \`--\` marks items and delimiters, which have no VR.
 */
export const ATTRIBUTE_REGISTRY = \`
${lines.join('\n')}
\`;
`;
writeFileSync(new URL('../src/attributes.generated.ts', import.meta.url), text);
