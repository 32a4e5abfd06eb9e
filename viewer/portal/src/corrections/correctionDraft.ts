/** What somebody wrote into the form of a correction, and the request it makes. Pure. */
import type { CopyFacts } from '../api/copy.ts';

export type CorrectionKind = 'studyAttributes' | 'patientAttributes' | 'patientMerge';

export interface Draft {
  ideographic: string;
  alphabetic: string;
  birthDate: string;
  sex: CopyFacts['sex'];
  /** The corrected PatientID of the study, or the one to merge into. */
  patientId: string;
}

export type DraftFault = 'badName' | 'badDate' | 'badId' | 'unchanged';

const MAX_GROUP = 64;

export const draftOf = (facts: CopyFacts): Draft => ({
  ideographic: facts.name.ideographic,
  alphabetic: facts.name.alphabetic,
  birthDate: facts.birthDate,
  sex: facts.sex,
  patientId: facts.patientId,
});

/** A calendar day as YYYY-MM-DD. */
function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text
  );
}

const isGroup = (text: string): boolean => text.length <= MAX_GROUP && !/[=\\\p{Cc}]/u.test(text);
const isId = (text: string): boolean => text !== '' && text.length <= MAX_GROUP && !/[\\\p{Cc}]/u.test(text);

const trimmed = (draft: Draft): Draft => ({
  ...draft,
  ideographic: draft.ideographic.trim(),
  alphabetic: draft.alphabetic.trim(),
  birthDate: draft.birthDate.trim(),
  patientId: draft.patientId.trim(),
});

/** Values that differ from what is stored, as the request names them. */
function changedValues(facts: CopyFacts, draft: Draft): Record<string, unknown> {
  const { ideographic, alphabetic } = draft;
  const values: Record<string, unknown> = {};
  if (ideographic !== facts.name.ideographic || alphabetic !== facts.name.alphabetic) {
    // The name is replaced as a whole; the phonetic group is not shown and stays.
    const { phonetic } = facts.name;
    values['patientName'] = { alphabetic, ideographic, ...(phonetic === '' ? {} : { phonetic }) };
  }
  if (draft.birthDate !== facts.birthDate) values['patientBirthDate'] = draft.birthDate;
  if (draft.sex !== facts.sex) values['patientSex'] = draft.sex;
  return values;
}

/** The request a draft makes, or what keeps it from making one. */
export function correctionRequest(
  kind: CorrectionKind,
  study: string,
  facts: CopyFacts,
  written: Draft,
): { request: object } | { fault: DraftFault } {
  const draft = trimmed(written);
  const issuer = facts.issuerOfPatientId === '' ? {} : { issuerOfPatientId: facts.issuerOfPatientId };
  const patient = { patientId: facts.patientId, ...issuer };
  if (kind === 'patientMerge') {
    if (draft.patientId === facts.patientId) return { fault: 'unchanged' };
    if (!isId(draft.patientId)) return { fault: 'badId' };
    return { request: { kind, from: patient, into: { patientId: draft.patientId } } };
  }
  if (!isGroup(draft.ideographic) || !isGroup(draft.alphabetic)) return { fault: 'badName' };
  if (draft.birthDate !== '' && !isDay(draft.birthDate)) return { fault: 'badDate' };
  const values = changedValues(facts, draft);
  if (kind === 'studyAttributes' && draft.patientId !== facts.patientId) {
    if (!isId(draft.patientId)) return { fault: 'badId' };
    values['patientId'] = draft.patientId;
  }
  if (Object.keys(values).length === 0) return { fault: 'unchanged' };
  return {
    request:
      kind === 'studyAttributes' ? { kind, studyInstanceUid: study, values } : { kind, patient, values },
  };
}
