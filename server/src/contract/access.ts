/** Access across hospitals, below `/api`. Nothing here is in the address but ids that say nothing. */
import type { Bilingual } from '@hutong/conformance';
import type { HospitalRef } from './hospital.ts';

export type GroundName = 'open' | 'recognition' | 'patientPresent' | 'consent' | 'breakGlass';
export type GrantGroundName = Exclude<GroundName, 'open'>;
export type AccessPurpose = 'TREAT' | 'HQUALIMP' | 'HOPERAT';

/**
 * `POST /api/access/search`: the name as the study has it, and what only who knows the patient knows beside it: date of birth
 * and sex, or the PatientID, or an accession number. 429 after too many.
 */
export type AccessSearch = {
  name: string;
  /** The hospital that the person acts for; may be left out by who acts for one alone. */
  viewing?: string;
} & ({ birthDate: string; sex: 'M' | 'F' | 'O' } | { patientId: string } | { accessionNumber: string });

/** A study of another hospital that may be known to exist. */
export interface StudyElsewhere {
  /** For `POST /api/access/grants`, some minutes long, for this person alone. */
  reference: string;
  hospital: HospitalRef;
  modalities: string[];
  /** YYYY-MM-DD or empty. */
  studyDate: string;
  /** Days since the study. */
  ageDays: number | null;
  items: { code: string; name: Bilingual }[];
  /** Texts of applied HR labels. */
  labels: string[];
  /** What opens it, as the region's policy has it. */
  grounds: GrantGroundName[];
  /** How long it stays open, in hours. */
  hours: number;
  /** Date of birth is asked for to tell that it is the patient. */
  asksBirthDate: boolean;
}

export interface AccessFound {
  viewing: HospitalRef;
  studies: StudyElsewhere[];
}

/** `POST /api/access/grants`. */
export type NewGrantBody = { reference: string } & (
  | { ground: 'recognition' }
  | { ground: 'patientPresent'; birthDate: string; identityDigits: string; confirmed: true }
  | { ground: 'consent'; document: string }
  | { ground: 'breakGlass'; reasonCode: EmergencyReason; reason: string; confirmed: true }
);

export type EmergencyReason = 'LIFE_THREATENING' | 'UNCONSCIOUS' | 'EMERGENCY_SURGERY' | 'OTHER';

export interface GrantBody {
  id: string;
  person: { id: string; name: string };
  viewing: HospitalRef;
  hospital: HospitalRef;
  ground: GrantGroundName;
  purpose: string;
  /** All that the hospital has of the patient, or the one study. */
  wholePatient: boolean;
  studyInstanceUid: string;
  reasonCode: string;
  reason: string;
  document: string;
  createdAt: string;
  expiresAt: string;
  endedAt: string | null;
  endedBy: string;
  /** Whether it opens anything now. */
  holds: boolean;
}

/** `GET /api/access/grants`: the own ones, and those that concern hospitals whose audit trail the caller may read. */
export interface GrantsBody {
  own: GrantBody[];
  concerning: GrantBody[];
}

/** `GET /api/access/notices`. `PATCH /api/access/notices/{id}` `{ state, answer }` acknowledges or contests. */
export interface NoticesBody {
  unread: number;
  notices: NoticeBody[];
  next: number | null;
}

export interface NoticeBody {
  id: number;
  hospital: HospitalRef;
  createdAt: string;
  state: 'unread' | 'acknowledged' | 'contested';
  answer: string;
  answeredBy: string;
  answeredAt: string | null;
  grant: Pick<
    GrantBody,
    'id' | 'viewing' | 'studyInstanceUid' | 'reasonCode' | 'reason' | 'expiresAt' | 'endedAt'
  > & {
    person: string;
    patientId: string;
  };
}

/** One entry of the region's policy; the entry that names more goes before. */
export interface AccessPolicyBody {
  id: number;
  /** Whose studies; null: any hospital's. */
  issuing: string | null;
  /** Whose people; null: any hospital's. */
  viewing: string | null;
  discoverable: 'none' | 'labelled' | 'all';
  grounds: GroundName[];
  hours: number;
  purposes: AccessPurpose[];
  author: string;
  createdAt: string;
  endedAt: string | null;
  endedBy: string;
}

/** `GET /api/access-policies`; `PUT` takes one entry without what the server adds; `DELETE …/{id}` takes one back. */
export interface AccessPoliciesBody {
  hospitals: HospitalRef[];
  policies: AccessPolicyBody[];
  former: AccessPolicyBody[];
  /** Whether the caller may change them. */
  mayChange: boolean;
}

export type AccessPolicyInput = Pick<
  AccessPolicyBody,
  'issuing' | 'viewing' | 'discoverable' | 'grounds' | 'hours' | 'purposes'
>;
