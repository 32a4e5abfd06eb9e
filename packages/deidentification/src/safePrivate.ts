import { type DicomJson, text } from '@hutong/dicom';
import { SAFE_PRIVATE } from './safePrivate.data.ts';

const blocks = new Map(
  SAFE_PRIVATE.trim()
    .split('\n')
    .map((line) => {
      const [group = '', creator = '', elements = ''] = line.split('|');
      return [`${group}|${creator}`, new Set(elements.split(' '))] as const;
    }),
);

/** Whether a tag is of an odd group, private creators included (PS3.5 §7.8). */
export function isPrivate(tag: string): boolean {
  return (Number.parseInt(tag.slice(3, 4), 16) & 1) === 1;
}

/** Whether a private attribute of a dataset is safe by Table E.3.10-1 of PS3.15, its creator included. */
export function isSafePrivate(dataset: DicomJson, tag: string): boolean {
  const group = tag.slice(0, 4);
  const creator = text(dataset, `${group}00${tag.slice(4, 6)}`).trim();
  return blocks.get(`${group}|${creator}`)?.has(tag.slice(6)) === true;
}

/** The tag of the private creator of a private attribute. */
export function creatorTag(tag: string): string {
  return `${tag.slice(0, 4)}00${tag.slice(4, 6)}`;
}
