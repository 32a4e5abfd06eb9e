/** JSON bodies of the list of studies. Types only. */
import type { Bilingual, HrLabel, Verdict } from '@hutong/conformance';
import type { HospitalRef } from './hospital.ts';

/** One row of the cross-hospital study list. */
export interface WorklistStudy {
  hospital: HospitalRef;
  studyInstanceUid: string;
  patient: {
    /** Ideographic name where there is one, else alphabetic, components joined for reading. */
    name: string;
    alphabeticName: string;
    id: string;
    sex: 'M' | 'F' | 'O' | '';
    /** YYYY-MM-DD or empty. */
    birthDate: string;
    /** Age at the study date, in the unit people use: `56岁`, `7月`, `12天` are built by the client from this. */
    age: { value: number; unit: 'Y' | 'M' | 'D' } | null;
  };
  /** YYYY-MM-DD or empty. */
  studyDate: string;
  /** HH:mm or empty. */
  studyTime: string;
  description: string;
  accessionNumber: string;
  modalities: string[];
  numberOfSeries: number;
  numberOfInstances: number;
  status: 'pending' | 'done';
  notListed: { reason: 'NOT_IN_LIST' | 'NOT_ELIGIBLE'; text: Bilingual } | null;
  /** One for each catalogue item the study was judged on. */
  items: {
    code: string;
    name: Bilingual;
    /** The one that holds: a person's where one decided, else the machine's. */
    verdict: Verdict;
    summary: Bilingual;
    /** A person's decision holds. */
    decided: boolean;
    /** A person decided on evidence that changed since: the machine's verdict holds until somebody looks again. */
    stale: boolean;
  }[];
  labels: Pick<HrLabel, 'text' | 'scope' | 'itemCode' | 'state'>[];
  /** ISO 8601 instant of the last instance that arrived. */
  receivedAt: string;
  /** Of another hospital: the grant that opens it, until when. */
  access?: {
    grant: string;
    ground: 'recognition' | 'patientPresent' | 'consent' | 'breakGlass';
    expiresAt: string;
  };
}

/**
 * `GET /api/worklist`. Query: `q` (patient name, PatientID or accession number, part), `hospital` (code, repeatable),
 * `item` (code, repeatable), `modality` (repeatable), `verdict` (PASS|FAIL|REVIEW|PENDING|NOT_LISTED, repeatable),
 * `label` (`any` | `none` | label text), `from`, `to` (study date, YYYY-MM-DD), `limit` (1–200, default 50),
 * `cursor` (opaque, from `next`), `sort` (`studyDate` (default) | `receivedAt`), newest first.
 */
export interface WorklistPage {
  studies: WorklistStudy[];
  /** Cursor of the next page, or null. */
  next: string | null;
  /** Counts for the filters in force (capped at 10,000 with `capped: true`). */
  total: { value: number; capped: boolean };
}

/** `GET /api/worklist/facets`: what the filters offer. */
export interface WorklistFacets {
  hospitals: HospitalRef[];
  items: { code: string; name: Bilingual; category: 'DR' | 'CT' | 'MR' }[];
  labels: string[];
}
