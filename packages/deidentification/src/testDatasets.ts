/** For tests: a deidentifier, and datasets that say who is on them in every way. */
import type { DicomJson } from '@hutong/dicom';
import { createDeidentifier, type Deidentifier, type DeidentifierSettings } from './deidentifier.ts';
import { wordList } from './descriptors.ts';
import { DEFAULT_OPTIONS, type ProfileOptions } from './options.ts';
import { projectKey } from './projectKey.ts';

export const NOTHING_RETAINED: ProfileOptions = {
  dates: 'remove',
  keepWeekday: false,
  cleanDescriptors: false,
  cleanStructuredContent: false,
  cleanGraphics: false,
  retainPatientCharacteristics: false,
  retainDeviceIdentity: false,
  retainInstitutionIdentity: false,
  retainUids: false,
  retainSafePrivate: false,
};

export const WORDS = [
  'chest',
  'brain',
  'head',
  'T1',
  'T2',
  'axial',
  'plain',
  '胸部',
  '头颅',
  '平扫',
  '轴位',
  '增强',
  'CT',
];

export function aDeidentifier(
  options: Partial<ProfileOptions> = {},
  settings: Partial<Omit<DeidentifierSettings, 'options'>> = {},
): Deidentifier {
  return createDeidentifier({
    options: { ...DEFAULT_OPTIONS, ...options },
    key: projectKey(Buffer.alloc(32, 7), 'P-'),
    words: wordList(WORDS),
    ...settings,
  });
}

export const SUBJECT = { patient: 'h1||P0042' };

export const one = (vr: string, ...Value: unknown[]): { vr: string; Value: unknown[] } => ({ vr, Value });

/** A CT instance of a patient whose name stands where it should and where it should not. */
export function aDataset(changes: DicomJson = {}): DicomJson {
  return {
    '00080005': one('CS', 'ISO_IR 192'),
    '00080008': one('CS', 'ORIGINAL', 'PRIMARY', 'AXIAL'),
    '00080016': one('UI', '1.2.840.10008.5.1.4.1.1.2'),
    '00080018': one('UI', '1.2.3.4.5.6.7'),
    '00080020': one('DA', '20260131'),
    '00080022': one('DA', '20260131'),
    '0008002A': one('DT', '20260131101500.5+0800'),
    '00080030': one('TM', '101500'),
    '00080050': one('SH', 'ACC778899'),
    '00080060': one('CS', 'CT'),
    '00080080': one('LO', '龙南市第一人民医院'),
    '00080090': one('PN', { Alphabetic: 'Wang^Wu', Ideographic: '王^五' }),
    '00081010': one('SH', 'CTROOM7'),
    '00081030': one('LO', '胸部平扫 CT chest 张三丰 床号12'),
    '00100010': one('PN', { Alphabetic: 'Zhang^Sanfeng', Ideographic: '张^三丰' }),
    '00100020': one('LO', 'P0042-77'),
    '00100030': one('DA', '19800215'),
    '00100040': one('CS', 'M'),
    '00180015': one('CS', 'CHEST'),
    '00180060': one('DS', 120),
    '00181030': one('LO', 'Thorax Zhang Sanfeng'),
    '0020000D': one('UI', '1.2.3.4.5'),
    '0020000E': one('UI', '1.2.3.4.5.6'),
    '00280010': one('US', 512),
    ...changes,
  };
}
