import type { DatasetChanges } from './rewriteHead.ts';
import type { DicomJson, DicomJsonAttribute } from './types.ts';

export const ORIGINAL_ATTRIBUTES_SEQUENCE = '04000561';
const SPECIFIC_CHARACTER_SET = '00080005';

/** Who changed attributes, when and why (PS3.3 §C.12.1.1.9). */
export interface Modification {
  /** Modifying System (0400,0563), at most 64 characters. */
  system: string;
  /** Reason for the Attribute Modification (0400,0565). */
  reason: 'COERCE' | 'CORRECT';
  /** Source of Previous Values (0400,0564): who gave the object; empty where it is not known. */
  source: string;
  at: Date;
}

/**
 * The Original Attributes Sequence (0400,0561) of a dataset whose attributes are about to change: what it holds
 * already, and an item with the values so far of all that change (PS3.3 §C.12.1.1.9). Of attributes that were absent,
 * and of values by reference, the item has the attribute without value.
 *
 * @param dataset The dataset before the change.
 * @returns The attribute, to be added to the changes; null where the changes change nothing.
 */
export function originalAttributes(
  dataset: DicomJson,
  changes: DatasetChanges,
  { system, reason, source, at }: Modification,
): DicomJsonAttribute | null {
  const modified: DicomJson = {};
  for (const [tag, changed] of Object.entries(changes)) {
    if (tag === ORIGINAL_ATTRIBUTES_SEQUENCE || tag === SPECIFIC_CHARACTER_SET) continue;
    const original = dataset[tag];
    const vr = original?.vr ?? changed?.vr;
    if (vr === undefined || isSame(original, changed)) continue;
    const { BulkDataURI: _, ...value } = original ?? { vr };
    modified[tag] = value;
  }
  if (Object.keys(modified).length === 0) return null;
  const item: DicomJson = {
    '04000550': { vr: 'SQ', Value: [modified] },
    '04000562': { vr: 'DT', Value: [dateTime(at)] },
    '04000563': { vr: 'LO', Value: [system] },
    '04000564': { vr: 'LO', ...(source !== '' && { Value: [source] }) },
    '04000565': { vr: 'CS', Value: [reason] },
  };
  return { vr: 'SQ', Value: [...(dataset[ORIGINAL_ATTRIBUTES_SEQUENCE]?.Value ?? []), item] };
}

function isSame(original: DicomJsonAttribute | undefined, changed: DicomJsonAttribute | null): boolean {
  if (original === undefined || changed === null) return original === undefined && changed === null;
  return original.vr === changed.vr && canonical(original) === canonical(changed);
}

/** JSON with the keys of every object in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** VR DT in UTC. */
function dateTime(at: Date): string {
  return `${at.toISOString().replace(/[-:T]/g, '').replace('Z', '')}+0000`;
}
