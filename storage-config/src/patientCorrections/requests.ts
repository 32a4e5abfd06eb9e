import type { DicomJson } from '@hutong/dicom';
import type { CorrectedColumns, CorrectedValues } from './correctedValues.ts';

/** A patient of a hospital; without an issuer whatever issuer its studies name. */
export interface PatientIdentity {
  patientId: string;
  issuerOfPatientId?: string;
}

/** Values that a patient has in all of its studies. */
export type PatientValues = Pick<CorrectedValues, 'patientName' | 'patientBirthDate' | 'patientSex'>;

/**
 * - `patientMerge`: `from` is the same person as `into`, which survives. Name, birth date and sex become those of the
 *   newest study of `into`, or those given.
 * - `patientAttributes`: the patient's values, in all of its studies.
 * - `studyAttributes`: values of one study, for example when it was made under the wrong patient.
 */
export type CorrectionRequest =
  | { kind: 'patientMerge'; from: PatientIdentity; into: PatientIdentity; values?: PatientValues }
  | { kind: 'patientAttributes'; patient: PatientIdentity; values: PatientValues }
  | { kind: 'studyAttributes'; studyInstanceUid: string; values: CorrectedValues };

/** The patient whose studies a correction concerns; null for one of a study. */
export function patientOf(request: CorrectionRequest): PatientIdentity | null {
  if (request.kind === 'patientMerge') return request.from;
  return request.kind === 'patientAttributes' ? request.patient : null;
}

/** What a correction gives, in the dataset and in the index. */
export interface CorrectionValues {
  attributes: DicomJson;
  columns: CorrectedColumns;
}

/** What the attributes of a study are by all of its corrections; see `study_correction`. */
export interface Standing extends CorrectionValues {
  revision: number;
  restored: string[];
  restoring: CorrectedColumns;
}
