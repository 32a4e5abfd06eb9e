import type { DicomJsonAttribute } from '@hutong/dicom';

const VALUES: Readonly<Record<string, unknown>> = {
  AE: 'ANONYMIZED',
  AS: '000Y',
  CS: 'ANONYMIZED',
  DA: '20000101',
  DS: 0,
  DT: '20000101000000',
  FD: 0,
  FL: 0,
  IS: 0,
  LO: 'ANONYMIZED',
  LT: 'ANONYMIZED',
  PN: { Alphabetic: 'ANONYMIZED' },
  SH: 'ANONYMIZED',
  SL: 0,
  SS: 0,
  ST: 'ANONYMIZED',
  SV: 0,
  TM: '000000',
  UC: 'ANONYMIZED',
  UL: 0,
  UR: 'urn:anonymized',
  US: 0,
  UT: 'ANONYMIZED',
  UV: 0,
};

/** A value that fits the VR and says nothing; null where there is none, as for binary values. */
export function dummy(vr: string): DicomJsonAttribute | null {
  const value = VALUES[vr];
  return value === undefined ? null : { vr, Value: [value] };
}

/** An item of a code sequence that says nothing (PS3.3 Table 8.8-1). */
export const DUMMY_CODE = {
  '00080100': { vr: 'SH', Value: ['ANONYMIZED'] },
  '00080102': { vr: 'SH', Value: ['99HUTONG'] },
  '00080104': { vr: 'LO', Value: ['Anonymized'] },
};

/** An item of VerifyingObserverSequence: somebody verified the report (PS3.3 §C.17.2). */
export const DUMMY_OBSERVER = {
  '0040A027': { vr: 'LO', Value: ['ANONYMIZED'] },
  '0040A030': { vr: 'DT', Value: ['20000101000000'] },
  '0040A075': { vr: 'PN', Value: [{ Alphabetic: 'ANONYMIZED' }] },
  '0040A088': { vr: 'SQ' },
};
