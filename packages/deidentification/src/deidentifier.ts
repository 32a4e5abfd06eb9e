import { type DicomJson, serialiseDicomJson, text } from '@hutong/dicom';
import { chooseMarks } from './marks.ts';
import { activeColumns } from './chooseAction.ts';
import { yearsBetween } from './dates.ts';
import { DatasetCleaner } from './datasetCleaner.ts';
import type { WordList } from './descriptors.ts';
import { harvest, type Identifiers } from './identifiers.ts';
import { leftOut, type LeftOut } from './objectKinds.ts';
import type { ProfileOptions } from './options.ts';
import type { ProjectKey } from './projectKey.ts';
import { type PixelRisk, pixelRisks } from './risks.ts';
import { createTextCleaner, type Romanise, type TextCleaner } from './textCleaner.ts';

export interface DeidentifierSettings {
  options: ProfileOptions;
  key: ProjectKey;
  /** Words that descriptors may keep, with the Clean Descriptors Option. */
  words: WordList;
  /** Names of hospitals that are known, looked for in every text. */
  places?: readonly string[];
  romanise?: Romanise;
}

/** Who an instance is of, as the index says it. */
export interface Subject {
  /** What tells patients apart in a project: hospital, issuer and patient ID; of a study without, the study. */
  patient: string;
  /** Names and numbers of the study in the index, which its datasets need not have. */
  known?: Partial<Record<keyof Identifiers, readonly string[]>>;
}

export interface Deidentified {
  dataset: DicomJson;
  pseudonym: string;
  /** Why the pixels need to be looked at; none where nothing speaks for it. */
  risks: PixelRisk[];
}

export interface Deidentifier {
  /** Why instances of a SOP class are not given away; null where they are. */
  leftOut(sopClassUid: string): LeftOut | null;
  /** A dataset of the DICOM JSON Model without identity. The given one stays as it is. */
  dataset(dataset: DicomJson, subject: Subject): Deidentified;
  pseudonym(subject: Subject): string;
  uid(original: string): string;
}

/** SOP classes of structured reports and key object selections. */
const DOCUMENTS = '1.2.840.10008.5.1.4.1.1.88.';

/** De-identification by the Basic Application Level Confidentiality Profile (PS3.15 Annex E) with options. */
export function createDeidentifier(settings: DeidentifierSettings): Deidentifier {
  const { options, key, words, places = [], romanise } = settings;
  const active = activeColumns(options);
  // The instances of a study say mostly the same of its patient.
  let last: { key: string; clean: TextCleaner } | null = null;
  const cleanerFor = (identifiers: Identifiers): TextCleaner => {
    const sorted = [identifiers.names, identifiers.codes, identifiers.places].map((set) => [...set].sort());
    const cacheKey = JSON.stringify(sorted);
    if (last?.key !== cacheKey) last = { key: cacheKey, clean: createTextCleaner(identifiers, romanise) };
    return last.clean;
  };
  const uid = (original: string): string => (options.retainUids ? original : key.uid(original));
  const pseudonym = ({ patient }: Subject): string => key.pseudonym(patient);
  return {
    leftOut: (sopClassUid) => leftOut(sopClassUid, options),
    uid,
    pseudonym,
    dataset: (original, subject) => {
      const identifiers = harvest(original, options);
      for (const kind of ['names', 'codes', 'places'] as const)
        for (const value of subject.known?.[kind] ?? []) identifiers[kind].add(value);
      if (!options.retainInstitutionIdentity) for (const place of places) identifiers.places.add(place);
      const clean = cleanerFor(identifiers);
      const cleaner = new DatasetCleaner({
        options,
        active,
        words,
        clean,
        uid: key.uid,
        shiftDays: options.dates === 'shift' ? key.shiftDays(subject.patient, options.keepWeekday) : 0,
      });
      const risks = pixelRisks(original, hasPixelData(original));
      const dataset = { ...emptySequences(original), ...cleaner.dataset(withAge(original, options)) };
      Object.assign(dataset, chooseMarks(pseudonym(subject), options, risks));
      return { dataset: sorted(dataset), pseudonym: pseudonym(subject), risks };
    },
  };
}

/**
 * Sequences that documents must have, if only empty (PS3.3 §C.17.1, §C.17.6.1). In images they are left out, where an empty
 * one is not valid.
 */
function emptySequences(dataset: DicomJson): DicomJson {
  return text(dataset, '00080016').startsWith(DOCUMENTS) ? { '00081111': { vr: 'SQ' } } : {};
}

function hasPixelData(dataset: DicomJson): boolean {
  // What is given without its pixel data has the attributes that describe them.
  return ['7FE00010', '7FE00008', '7FE00009', '00280010'].some((tag) => dataset[tag] !== undefined);
}

/** With patient characteristics the age is said where the birth date is removed. */
function withAge(dataset: DicomJson, options: ProfileOptions): DicomJson {
  if (!options.retainPatientCharacteristics || text(dataset, '00101010') !== '') return dataset;
  const years = yearsBetween(text(dataset, '00100030'), text(dataset, '00080020'));
  if (years === null || years > 130) return dataset;
  return { ...dataset, '00101010': { vr: 'AS', Value: [`${String(years).padStart(3, '0')}Y`] } };
}

function sorted(dataset: DicomJson): DicomJson {
  return JSON.parse(serialiseDicomJson(dataset)) as DicomJson;
}
