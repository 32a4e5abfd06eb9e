import type { DicomJson } from '@hutong/dicom';
import { methodCodes, type ProfileOptions } from './options.ts';
import { PROFILE_EDITION } from './profileTable.ts';
import type { PixelRisk } from './risks.ts';

const DATES = { remove: 'REMOVED', shift: 'MODIFIED', keep: 'UNMODIFIED' } as const;

/** What a de-identified dataset says of itself: its pseudonym, that and how identity was removed (PS3.15 §E.1.1). */
export function chooseMarks(
  pseudonym: string,
  options: ProfileOptions,
  risks: readonly PixelRisk[],
): DicomJson {
  const one = (vr: string, value: unknown) => ({ vr, Value: [value] });
  return {
    '00100010': one('PN', { Alphabetic: pseudonym }),
    '00100020': one('LO', pseudonym),
    '00120062': one('CS', 'YES'),
    '00120063': one('LO', `HUTONG, PS3.15 ${PROFILE_EDITION} E.1`),
    '00120064': {
      vr: 'SQ',
      Value: methodCodes(options).map(({ value, meaning }) => ({
        '00080100': one('SH', value),
        '00080102': one('SH', 'DCM'),
        '00080104': one('LO', meaning),
      })),
    },
    '00280303': one('CS', DATES[options.dates]),
    ...(risks.includes('BURNED_IN_ANNOTATION') && { '00280301': one('CS', 'YES') }),
    ...(risks.includes('FACE') && { '00280302': one('CS', 'YES') }),
  };
}
