import type {
  DecisionFault,
  MatchPatient,
  PatientStudy,
  PersonMatch,
  PersonPage,
} from '@hutong/storage-config';
import { listHospitals } from '@hutong/storage-config';
import type { Pool } from 'pg';
import type { HospitalRef } from '../contract.ts';
import type {
  MatchPatientBody,
  MatchStudyBody,
  PersonBody,
  PersonMatchBody,
  SamenessName,
} from '../contract/persons.ts';
import { isoDate } from '../dicomweb/age.ts';
import { HttpProblem, problem } from '../problem.ts';

export type NameHospital = (code: string) => HospitalRef;

/** Names of hospitals by code. */
export async function hospitalNames(index: Pool): Promise<NameHospital> {
  const known = new Map(
    (await listHospitals(index)).map(({ code, nameZh, nameEn }) => [code, { zh: nameZh, en: nameEn }]),
  );
  return (code) => ({ code, name: known.get(code) ?? { zh: code, en: code } });
}

export function patientBody(patient: MatchPatient, ref: NameHospital): MatchPatientBody {
  return {
    ...patient,
    hospital: ref(patient.hospital),
    name: shownName(patient.name),
    birthDate: isoDate(patient.birthDate),
  };
}

/** The ideographic group where there is one, with the alphabetic one behind it. */
function shownName(name: string): string {
  const [alphabetic = '', ideographic = ''] = name
    .split('=')
    .map((group) => group.replace(/\^+/g, ' ').trim());
  if (ideographic === '') return alphabetic;
  const joined = ideographic.replaceAll(' ', '');
  return alphabetic === '' || alphabetic === joined ? joined : `${joined} (${alphabetic})`;
}

const samenessOf = (text: string | undefined): SamenessName =>
  text === 'same' || text === 'like' || text === 'different' ? text : 'unknown';

export function matchBody(match: PersonMatch, ref: NameHospital): PersonMatchBody {
  const { because } = match;
  return {
    id: match.id,
    kind: match.kind,
    by: because['by'] ?? '',
    score: match.score,
    name: samenessOf(because['name']),
    birthDate: samenessOf(because['birthDate']),
    sex: samenessOf(because['sex']),
    state: match.state,
    createdAt: match.createdAt.toISOString(),
    decidedAt: match.decidedAt?.toISOString() ?? null,
    decidedBy: match.decidedBy,
    reason: match.reason,
    one: patientBody(match.one, ref),
    other: match.other === null ? null : patientBody(match.other, ref),
  };
}

export const studyBody = (study: PatientStudy): MatchStudyBody => ({
  ...study,
  name: shownName(study.name),
  studyDate: isoDate(study.studyDate),
  birthDate: isoDate(study.birthDate),
});

export function personBody(page: PersonPage, ref: NameHospital): PersonBody {
  return {
    id: page.id,
    patients: page.patients.map((patient) => ({
      ...patient,
      hospital: ref(patient.hospital),
      name: shownName(patient.name),
      birthDate: isoDate(patient.birthDate),
      how: patient.how as PersonBody['patients'][number]['how'],
      since: patient.since.toISOString(),
    })),
    events: page.events.map((event) => ({
      ...event,
      kind: event.kind as PersonBody['events'][number]['kind'],
      at: event.at.toISOString(),
    })),
  };
}

/** What a decision that was not taken answers. */
export function decisionProblem(fault: DecisionFault): HttpProblem {
  switch (fault) {
    case 'absent':
      return problem('not-found');
    case 'decided':
      return new HttpProblem(
        409,
        'persons-already-decided',
        'Somebody decided this meanwhile. Load the page again.',
        '该事项已有人处理，请刷新页面。',
      );
    case 'contradiction':
      return new HttpProblem(
        409,
        'persons-contradiction',
        'This would join patients who were said to be different persons. Undo that decision first.',
        '此操作会把已判定为不同人员的患者合并，请先撤销之前的判定。',
      );
    case 'unfit':
      return new HttpProblem(
        409,
        'persons-unfit',
        'The question cannot be answered so: the hospital has to correct its record, or both are one person already.',
        '该事项不能这样处理：须由医院更正登记信息，或两者已是同一人员。',
      );
    case 'tooMany':
      return new HttpProblem(
        409,
        'persons-too-many',
        'The person has too many patients for one decision.',
        '该人员名下患者过多，无法一次处理。',
      );
  }
}
