import { ATTRIBUTE_REGISTRY, TAG } from './attributes.generated.ts';

export { TAG };

/** A value representation of PS3.5 §6.2. */
export type Vr =
  | (
      | 'AE'
      | 'AS'
      | 'AT'
      | 'CS'
      | 'DA'
      | 'DS'
      | 'DT'
      | 'FD'
      | 'FL'
      | 'IS'
      | 'LO'
      | 'LT'
      | 'OB'
      | 'OD'
      | 'OF'
      | 'OL'
    )
  | (
      | 'OV'
      | 'OW'
      | 'PN'
      | 'SH'
      | 'SL'
      | 'SQ'
      | 'SS'
      | 'ST'
      | 'SV'
      | 'TM'
      | 'UC'
      | 'UI'
      | 'UL'
      | 'UN'
      | 'UR'
      | 'US'
    )
  | ('UT' | 'UV');

/** What the registry (PS3.6) says of one attribute. */
export interface AttributeEntry {
  /** Eight upper-case hex digits; of a repeating group the tag that was asked for. */
  tag: string;
  keyword: string;
  /** Of attributes that are US or SS by PixelRepresentation this is `US`, and `signedVr` is `SS`. */
  vr: Vr;
  signedVr?: Vr;
  /** Value multiplicity as printed in PS3.6: `1`, `1-n`, `2-2n`, … */
  vm: string;
  retired: boolean;
}

const byTag = new Map<string, AttributeEntry>();
const byKeyword = new Map<string, string>();

for (const line of ATTRIBUTE_REGISTRY.trim().split('\n')) {
  const [tag = '', vrs = '', vm = '', keyword = '', retired] = line.split(' ');
  const [vr, signedVr] = vrs.split('/');
  if (vr === '--') continue;
  byTag.set(tag, {
    tag,
    keyword,
    vr: vr as Vr,
    ...(signedVr !== undefined && { signedVr: signedVr as Vr }),
    vm,
    retired: retired === 'R',
  });
  if (retired === undefined || !byKeyword.has(keyword)) byKeyword.set(keyword, tag.replace('xx', '00'));
}

/**
 * What PS3.6 says of the attribute at this tag (eight hex digits, upper case), repeating groups 50xx and 60xx
 * included; undefined for private and unknown attributes.
 */
export function attribute(tag: string): AttributeEntry | undefined {
  const entry = byTag.get(tag);
  if (entry !== undefined) return entry;
  if (!/^(50|60)[01][02468ACE]/.test(tag)) return undefined;
  const repeated = byTag.get(`${tag.slice(0, 2)}xx${tag.slice(4)}`);
  return repeated && { ...repeated, tag };
}

/** The tag of a keyword (`PatientID` → `00100020`); of a repeating group that of its first group. */
export function tagOf(keyword: string): string | undefined {
  return byKeyword.get(keyword);
}

const tagTexts = new Map<number, string>();
for (const tag of byTag.keys()) {
  if (!tag.includes('x')) tagTexts.set(Number.parseInt(tag, 16), tag);
}

/**
 * The tags that were met lately and their texts: objects of one device have the same few hundred, which lie close
 * together here. Of a power of two of places; in each there is a tag from the beginning, 0.
 */
const recent = { tags: new Uint32Array(1024), texts: new Array<string>(1024).fill('00000000') };

/** A tag number (group << 16 | element, unsigned) as eight upper-case hex digits. */
export function tagText(tag: number): string {
  const place = (tag + (tag >>> 16) * 61) & (recent.tags.length - 1);
  if (recent.tags[place] === tag) return recent.texts[place] ?? '';
  const text = tagTexts.get(tag) ?? tag.toString(16).toUpperCase().padStart(8, '0');
  recent.tags[place] = tag;
  recent.texts[place] = text;
  return text;
}

/** Eight hex digits as a tag number (group << 16 | element, unsigned). */
export function tagNumber(tag: string): number {
  return Number.parseInt(tag, 16);
}

/** A tag for people to read: `(0020,000D) StudyInstanceUID`. */
export function describeTag(tag: string): string {
  const keyword = attribute(tag)?.keyword;
  return `(${tag.slice(0, 4)},${tag.slice(4)})${keyword === undefined ? '' : ` ${keyword}`}`;
}
