import { DatasetError } from './datasetError.ts';
import { text } from './dicomJson.ts';
import type { DicomJson, DicomJsonAttribute } from './types.ts';

/** A private attribute whose creator is known by name, its block not yet. */
export interface PrivateAttribute {
  /** `ggggxxee`, of which `xx` counts for nothing (PS3.19 Table A.1.5-2). */
  tag: string;
  creator: string;
  attribute: DicomJsonAttribute;
}

const FIRST_BLOCK = 0x10;
const LAST_BLOCK = 0xff;

/**
 * Puts private attributes into the blocks of their creators (PS3.5 §7.8.1): those that the dataset names already, else
 * the next free ones, which it then names.
 *
 * @throws DatasetError MALFORMED for an attribute that is not private, is given twice, or finds no block.
 */
export function resolvePrivateBlocks(
  dataset: DicomJson,
  privates: readonly PrivateAttribute[],
  path: string,
): void {
  const blocks = new Map<string, string>();
  for (const { tag, creator, attribute } of privates) {
    const group = tag.slice(0, 4);
    const prefix = path === '' ? '' : `${path}/`;
    if (Number.parseInt(group, 16) % 2 === 0)
      throw new DatasetError('MALFORMED', prefix + tag, 'has a private creator and is not private');
    const key = `${group} ${creator}`;
    const block = blocks.get(key) ?? blockOf(dataset, group, creator.trim());
    if (block === null) throw new DatasetError('MALFORMED', prefix + tag, 'finds no free block in its group');
    blocks.set(key, block);
    const resolved = `${group}${block}${tag.slice(6)}`;
    if (Object.hasOwn(dataset, resolved))
      throw new DatasetError('MALFORMED', prefix + resolved, 'is given twice');
    dataset[resolved] = attribute;
  }
}

function blockOf(dataset: DicomJson, group: string, creator: string): string | null {
  let free: string | null = null;
  for (let number = FIRST_BLOCK; number <= LAST_BLOCK; number++) {
    const block = number.toString(16).toUpperCase();
    const tag = `${group}00${block}`;
    if (text(dataset, tag) === creator) return block;
    if (free === null && dataset[tag] === undefined) free = block;
  }
  if (free !== null) dataset[`${group}00${free}`] = { vr: 'LO', Value: [creator] };
  return free;
}
