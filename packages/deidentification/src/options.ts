/** Options of the Basic Application Level Confidentiality Profile (PS3.15 §E.3). */
export interface ProfileOptions {
  /** `remove`: none stay. `shift`: all of a patient move by the same number of days. `keep`: as they are. */
  dates: 'remove' | 'shift' | 'keep';
  /** Whether shifted dates fall on the same day of the week. */
  keepWeekday: boolean;
  /** Descriptors keep the words of a list that is given, instead of being removed. */
  cleanDescriptors: boolean;
  /** Structured reports stay, without texts and names. */
  cleanStructuredContent: boolean;
  /** Presentation states keep their graphic objects, without texts. Overlays and curves are removed always. */
  cleanGraphics: boolean;
  retainPatientCharacteristics: boolean;
  retainDeviceIdentity: boolean;
  retainInstitutionIdentity: boolean;
  retainUids: boolean;
  retainSafePrivate: boolean;
}

/** The Basic Profile with dates shifted, as research mostly needs it. */
export const DEFAULT_OPTIONS: ProfileOptions = {
  dates: 'shift',
  keepWeekday: false,
  cleanDescriptors: true,
  cleanStructuredContent: false,
  cleanGraphics: false,
  retainPatientCharacteristics: true,
  retainDeviceIdentity: false,
  retainInstitutionIdentity: false,
  retainUids: false,
  retainSafePrivate: true,
};

/** A code of DCM with its meaning (PS3.16 CID 7050). */
export interface MethodCode {
  value: string;
  meaning: string;
}

/** What DeidentificationMethodCodeSequence says. Cleaning of pixels (113101, 113102) is never claimed. */
export function methodCodes(options: ProfileOptions): MethodCode[] {
  const codes: (MethodCode | false)[] = [
    { value: '113100', meaning: 'Basic Application Confidentiality Profile' },
    options.cleanGraphics && { value: '113103', meaning: 'Clean Graphics Option' },
    options.cleanStructuredContent && { value: '113104', meaning: 'Clean Structured Content Option' },
    options.cleanDescriptors && { value: '113105', meaning: 'Clean Descriptors Option' },
    options.dates === 'keep' && {
      value: '113106',
      meaning: 'Retain Longitudinal Temporal Information Full Dates Option',
    },
    options.dates === 'shift' && {
      value: '113107',
      meaning: 'Retain Longitudinal Temporal Information Modified Dates Option',
    },
    options.retainPatientCharacteristics && {
      value: '113108',
      meaning: 'Retain Patient Characteristics Option',
    },
    options.retainDeviceIdentity && { value: '113109', meaning: 'Retain Device Identity Option' },
    options.retainUids && { value: '113110', meaning: 'Retain UIDs Option' },
    options.retainSafePrivate && { value: '113111', meaning: 'Retain Safe Private Option' },
    options.retainInstitutionIdentity && { value: '113112', meaning: 'Retain Institution Identity Option' },
  ];
  return codes.filter((code) => code !== false);
}
