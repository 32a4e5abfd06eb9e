/**
 * Writes `src/privateAttributes.generated.ts`: the VRs of private attributes as dcmjs lists them, and of some that
 * it does not list and the product reads. Run it after raising dcmjs: `node packages/dicom/generate/privateAttributes.ts`.
 */
import { writeFileSync } from 'node:fs';
import dictionary from 'dcmjs/dictionary';

/** Creator, group, element within the block, VR: from the vendors' conformance statements. */
const added: [string, string, string, string][] = [
  ['SIEMENS MR HEADER', '0019', '0A', 'US'],
  ['SIEMENS MR HEADER', '0019', '0B', 'DS'],
  ['SIEMENS MR HEADER', '0019', '0C', 'IS'],
  ['SIEMENS MR HEADER', '0019', '0D', 'CS'],
  ['SIEMENS MR HEADER', '0019', '0E', 'FD'],
  ['SIEMENS MR HEADER', '0019', '0F', 'SH'],
  ['SIEMENS MR HEADER', '0019', '11', 'SH'],
  ['SIEMENS MR HEADER', '0019', '27', 'FD'],
  ['SIEMENS MR HEADER', '0051', '0B', 'SH'],
  ['SIEMENS MR HEADER', '0051', '0E', 'LO'],
  ['SIEMENS MR HEADER', '0051', '0F', 'LO'],
  ['SIEMENS MR HEADER', '0051', '11', 'LO'],
  ['GEMS_PARM_01', '0043', '39', 'IS'],
  ['Image Private Header', '0065', '09', 'FD'],
  ['Image Private Header', '0065', '37', 'FD'],
];

const blocks = new Map<string, Map<string, string>>();
const add = (creator: string, group: string, element: string, vr: string): void => {
  const key = `${group.toUpperCase()} ${creator}`;
  const block = blocks.get(key) ?? new Map<string, string>();
  blocks.set(key, block.set(element.toUpperCase(), vr));
};

for (const [key, { vr }] of Object.entries(dictionary)) {
  const [, group, creator, element] =
    /^\(([0-9A-Fa-f]{4}),"([^"`\\$|]+)",([0-9A-Fa-f]{2})\)$/.exec(key) ?? [];
  if (group === undefined || creator === undefined || element === undefined) continue;
  if (/^[A-Z]{2}$/.test(vr) && vr !== 'UN' && vr !== 'SQ') add(creator, group, element, vr);
}
for (const entry of added) add(...entry);

const lines = [...blocks].map(([key, block]) => {
  const entries = [...block].sort(([a], [b]) => (a < b ? -1 : 1)).map(([element, vr]) => element + vr);
  return `${key}|${entries.join(' ')}`;
});

writeFileSync(
  new URL('../src/privateAttributes.generated.ts', import.meta.url),
  `// Written by generate/privateAttributes.ts; do not edit.

/** One block of private attributes a line: group, private creator, then element within the block and VR of each. */
export const PRIVATE_ATTRIBUTES = \`
${lines.sort().join('\n')}
\`;
`,
);
