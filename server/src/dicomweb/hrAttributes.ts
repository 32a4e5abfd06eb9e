import type { Bilingual, Verdict } from '@hutong/conformance';
import type { DicomJson, DicomJsonAttribute } from '@hutong/dicom';

/**
 * The HR label and the verdicts as private attributes (PS3.5 §7.8), so that any viewer can show them.
 * They are added to search results and metadata, never to stored objects.
 */
export const HR_CREATOR = 'HUTONG HR 1.0';
export const HR_GROUP = '0009';
const FIRST_BLOCK = 0x10;
const LAST_BLOCK = 0xff;

/** Element numbers inside the private block. */
export const HR_ELEMENT = {
  /** LO 1-n: texts of the labels in force. */
  LabelText: '01',
  /** CS: PENDING or DONE. */
  ConformanceStatus: '02',
  /** LO: hospital whose credential stored the study. */
  HospitalCode: '03',
  /** LO: its name. */
  HospitalName: '04',
  /** SQ: one item for each catalogue item the study was judged on. */
  VerdictSequence: '10',
  /** SH, in the sequence. */
  ItemCode: '11',
  /** LO, in the sequence. */
  ItemName: '12',
  /** CS, in the sequence: PASS, FAIL or REVIEW. */
  Verdict: '13',
} as const;

export interface HrFacts {
  hospital: { code: string; name: string };
  status: 'pending' | 'done';
  /** Texts of the applied labels. */
  labels: readonly string[];
  items: readonly { code: string; name: Bilingual; verdict: Verdict }[];
}

/** Tag of an element of the block, for example `00091001`. */
export function hrTag(element: string, block = FIRST_BLOCK): string {
  return HR_GROUP + block.toString(16).toUpperCase().padStart(2, '0') + element;
}

const creatorTag = (block: number): string =>
  `${HR_GROUP}00${block.toString(16).toUpperCase().padStart(2, '0')}`;

/** The lowest private block of group 0009 that no tag of `tags` reserves or uses; null when all are taken. */
export function freeHrBlock(tags: readonly string[]): number | null {
  const taken = new Set<number>();
  for (const tag of tags) {
    if (!tag.startsWith(HR_GROUP)) continue;
    const reserving = tag.startsWith('00', 4);
    taken.add(Number.parseInt(reserving ? tag.slice(6) : tag.slice(4, 6), 16));
  }
  for (let block = FIRST_BLOCK; block <= LAST_BLOCK; block += 1) if (!taken.has(block)) return block;
  return null;
}

/** The attributes in ascending order of their tags. */
export function hrAttributes(
  facts: HrFacts,
  block = FIRST_BLOCK,
): [tag: string, attribute: DicomJsonAttribute][] {
  const creator = { vr: 'LO', Value: [HR_CREATOR] };
  const attributes: [string, DicomJsonAttribute][] = [[creatorTag(block), creator]];
  const add = (element: string, vr: string, values: unknown[]): void => {
    if (values.length > 0) attributes.push([hrTag(element, block), { vr, Value: values }]);
  };
  add(HR_ELEMENT.LabelText, 'LO', [...facts.labels]);
  add(HR_ELEMENT.ConformanceStatus, 'CS', [facts.status === 'done' ? 'DONE' : 'PENDING']);
  add(HR_ELEMENT.HospitalCode, 'LO', [facts.hospital.code]);
  add(HR_ELEMENT.HospitalName, 'LO', [facts.hospital.name]);
  const items = facts.items.map((item): DicomJson => ({
    [creatorTag(block)]: creator,
    [hrTag(HR_ELEMENT.ItemCode, block)]: { vr: 'SH', Value: [item.code] },
    [hrTag(HR_ELEMENT.ItemName, block)]: { vr: 'LO', Value: [item.name.zh] },
    [hrTag(HR_ELEMENT.Verdict, block)]: { vr: 'CS', Value: [item.verdict] },
  }));
  add(HR_ELEMENT.VerdictSequence, 'SQ', items);
  return attributes;
}
