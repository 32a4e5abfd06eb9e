import { type DicomJson, items, text } from '@hutong/dicom';

/** Value types of content items that hold no free text and name nobody (PS3.3 §C.17.3). */
const CLEAN_VALUE_TYPES = new Set([
  'CONTAINER',
  'CODE',
  'NUM',
  'SCOORD',
  'SCOORD3D',
  'TCOORD',
  'IMAGE',
  'COMPOSITE',
  'WAVEFORM',
  'UIDREF',
  'DATE',
  'TIME',
  'DATETIME',
  'TABLE',
]);

/** The items of a content sequence that can be cleaned (Clean Structured Content Option, PS3.15 §E.3.4). */
export function cleanContentItems(dataset: DicomJson, tag: string): DicomJson[] {
  return items(dataset, tag).filter((item) => {
    const type = text(item, '0040A040');
    // Items without a type are those of code sequences and measured values.
    return type === '' || CLEAN_VALUE_TYPES.has(type);
  });
}

/** Graphic annotations with their graphic objects alone; those that have none are left out (PS3.15 §E.3.3). */
export function graphicsWithoutText(dataset: DicomJson, tag: string): DicomJson[] {
  return items(dataset, tag).flatMap((item) => {
    const kept = Object.fromEntries(
      Object.entries(item).filter(([each]) => each !== '00700008' && each !== '00700209'),
    );
    return items(kept, '00700009').length === 0 ? [] : [kept];
  });
}
