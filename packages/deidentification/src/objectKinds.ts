import type { ProfileOptions } from './options.ts';

/** Why an instance is not given away at all. */
export type LeftOut =
  'STRUCTURED_REPORT' | 'ENCAPSULATED_DOCUMENT' | 'RAW_DATA' | 'AUDIO' | 'PRIVATE_SOP_CLASS' | 'NOT_AN_IMAGE';

const STORAGE = '1.2.840.10008.5.1.4.1.1.';
const RULES: readonly (readonly [string, LeftOut])[] = [
  ['104.', 'ENCAPSULATED_DOCUMENT'],
  ['9.4.', 'AUDIO'],
];
/** Exactly: segmentations, registrations and their kin begin with it. */
const RAW_DATA = '66';

/** Whether instances of a SOP class cannot be cleaned, and why; null where they can. */
export function leftOut(
  sopClassUid: string,
  options: Pick<ProfileOptions, 'cleanStructuredContent'>,
): LeftOut | null {
  if (!sopClassUid.startsWith('1.2.840.10008.')) return 'PRIVATE_SOP_CLASS';
  if (!sopClassUid.startsWith(STORAGE)) return 'NOT_AN_IMAGE';
  const kind = sopClassUid.slice(STORAGE.length);
  if (kind.startsWith('88.')) return options.cleanStructuredContent ? null : 'STRUCTURED_REPORT';
  if (kind === RAW_DATA) return 'RAW_DATA';
  return RULES.find(([prefix]) => kind.startsWith(prefix))?.[1] ?? null;
}
