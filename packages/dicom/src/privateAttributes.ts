import type { Buffer } from 'node:buffer';
import type { Vr } from './attributes.ts';
import { text } from './dicomJson.ts';
import { PRIVATE_ATTRIBUTES } from './privateAttributes.generated.ts';
import type { DicomJson } from './types.ts';

const blocks = new Map<string, Map<string, Vr>>();
for (const line of PRIVATE_ATTRIBUTES.trim().split('\n')) {
  const [key = '', entries = ''] = line.split('|');
  blocks.set(key, new Map(entries.split(' ').map((entry) => [entry.slice(0, 2), entry.slice(2) as Vr])));
}

/**
 * The VR of a private attribute by its creator (PS3.5 §7.8.1), which must stand in the same dataset before it.
 * Undefined for what is not private or not known. Only a guess: vendors reuse elements, so check the value with
 * {@link isPlausible}.
 */
export function privateVr(dataset: DicomJson, tagText: string): Vr | undefined {
  const group = tagText.slice(0, 4);
  if ((Number.parseInt(group, 16) & 1) === 0 || tagText.startsWith('00', 4)) return undefined;
  const creator = text(dataset, `${group}00${tagText.slice(4, 6)}`);
  return blocks.get(`${group} ${creator}`)?.get(tagText.slice(6));
}

const sizes: Partial<Record<Vr, number>> = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, AT: 4, FD: 8, SV: 8, UV: 8 };

/**
 * Whether a value field can be of this VR: as many bytes as its numbers need, or text without control characters.
 * Integers that spell text are taken for text that a vendor put there.
 */
export function isPlausible(vr: Vr, bytes: Buffer): boolean {
  if (vr === 'OB' || vr === 'OW' || vr === 'OF' || vr === 'OD' || vr === 'OL' || vr === 'OV') return true;
  const size = sizes[vr];
  const isInteger = vr === 'US' || vr === 'SS' || vr === 'UL' || vr === 'SL';
  if (isInteger && bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return false;
  if (size !== undefined) return bytes.length % size === 0;
  const end = bytes.at(-1) === 0 ? bytes.length - 1 : bytes.length;
  return bytes
    .subarray(0, end)
    .every((byte) => byte >= 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x1b);
}
