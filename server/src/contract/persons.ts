/** Persons across hospitals, below `/api`. Values of identifiers are nowhere; PatientIDs and names are in bodies alone. */
import type { Bilingual } from '@hutong/conformance';
import type { GrantGroundName } from './access.ts';
import type { HospitalRef } from './hospital.ts';

export type MatchKindName = 'alike' | 'dispute' | 'ownNumber' | 'twoNumbers' | 'reused';
export type MatchStateName = 'open' | 'confirmed' | 'refused' | 'withdrawn';
/** What of two patients is the same. */
export type SamenessName = 'same' | 'like' | 'different' | 'unknown';

export interface MatchPatientBody {
  /** Names the patient where one of them is meant. */
  number: number;
  hospital: HospitalRef;
  patientId: string;
  issuer: string;
  name: string;
  /** M, F, O or empty. */
  sex: string;
  /** YYYY-MM-DD or empty. */
  birthDate: string;
  person: string | null;
}

export interface PersonMatchBody {
  id: number;
  kind: MatchKindName;
  /** By what the question came: an identifier's kind, `patientId`, `alike`, `registered`, `study`, `chain`, `person`. */
  by: string;
  score: number;
  name: SamenessName;
  birthDate: SamenessName;
  sex: SamenessName;
  state: MatchStateName;
  createdAt: string;
  decidedAt: string | null;
  decidedBy: string;
  reason: string;
  one: MatchPatientBody;
  other: MatchPatientBody | null;
}

/** `GET /api/person-matches` */
export interface PersonMatchesPage {
  matches: PersonMatchBody[];
  next: string | null;
}

export interface MatchStudyBody {
  studyInstanceUid: string;
  /** YYYY-MM-DD or empty. */
  studyDate: string;
  modalities: string[];
  description: string;
  name: string;
  sex: string;
  birthDate: string;
}

/** `GET /api/person-matches/{match}`: both sides with their newest studies. */
export interface PersonMatchDetail extends PersonMatchBody {
  oneStudies: MatchStudyBody[];
  otherStudies: MatchStudyBody[];
}

/** `POST /api/person-matches/{match}` */
export interface MatchDecision {
  same: boolean;
  reason: string;
}

/** Answer to a decision: the person that came of it, and the event that may be undone. */
export interface PersonDecided {
  person: string;
  event: number | null;
}

/** `POST /api/persons/search` */
export interface PersonsFound {
  persons: { person: string; patient: MatchPatientBody }[];
}

export interface PersonPatientBody extends Omit<MatchPatientBody, 'person'> {
  how: 'identifier' | 'confirmed' | 'alone';
  since: string;
  studies: number;
  identifiers: { kind: string; source: string; since: string }[];
}

export interface PersonEventBody {
  id: number;
  kind: 'merged' | 'separated' | 'undone' | 'linked' | 'unlinked';
  at: string;
  by: string;
  reason: string;
  cause: string;
  undoes: number | null;
  undoable: boolean;
}

/** `GET /api/persons/{person}`: patients in the hospitals of the right. */
export interface PersonBody {
  id: string;
  patients: PersonPatientBody[];
  events: PersonEventBody[];
}

/** Another study of the same person. What is only discoverable has no UID but a reference to ask for it by. */
export interface SamePersonStudy {
  hospital: HospitalRef;
  studyDate: string;
  modalities: string[];
  items: { code: string; name: Bilingual }[];
  labels: string[];
  openable: boolean;
  studyInstanceUid: string | null;
  /** For `POST /api/access/grants`, some minutes long. */
  reference: string | null;
  grounds: GrantGroundName[];
  hours: number;
  asksBirthDate: boolean;
}

/** `GET /api/studies/{study}/person` */
export interface StudyPerson {
  /** The person is known: not where the study contradicts what its patient is known by. */
  known: boolean;
  /** For who holds `persons` in the hospital; else null. */
  person: string | null;
  studies: SamePersonStudy[];
}
