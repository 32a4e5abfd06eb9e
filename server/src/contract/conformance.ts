/** JSON bodies of verdicts, decisions, catalogues, exam mappings and re-evaluations. Types only. */
import type {
  Bilingual,
  CatalogueChoiceReason,
  ConformanceResponse,
  ItemResult,
  RequirementLevel,
  Verdict,
} from '@hutong/conformance';
import type { HospitalRef } from './hospital.ts';

export interface AuthorBody {
  kind: 'machine' | 'person' | 'trial' | 'system';
  name: string;
}

/** A person's decision on the verdict of one item. */
export interface VerdictDecisionBody {
  id: number;
  itemCode: string;
  /** null: an earlier decision was taken back. */
  verdict: 'PASS' | 'FAIL' | null;
  machineVerdict: Verdict;
  reason: string;
  author: AuthorBody;
  /** ISO 8601. */
  at: string;
  /** The evidence changed since: it no longer holds, and a person must look again. */
  stale: boolean;
}

/** One item of {@link StudyConformanceBody}: the machine's result, and what holds. */
export interface JudgedItemBody extends ItemResult {
  /** The decision that stands, else the machine's verdict. */
  effectiveVerdict: Verdict;
  /** The newest decision, also a stale one; null without one or when it was taken back. */
  decision: VerdictDecisionBody | null;
  /** Digest of the evidence, to be sent back with a decision. */
  evidence: string;
}

/** Body of `GET /api/studies/{StudyInstanceUID}/conformance[?hospital=]`. */
export interface StudyConformanceBody extends Omit<ConformanceResponse, 'results'> {
  results: JudgedItemBody[];
  /** The list and the rules the result was judged with; null while pending. */
  catalogue: { id: string; version: string; title: Bilingual } | null;
  /** Why this list; null while pending. */
  catalogueChoice?: CatalogueChoiceReason | null;
  engineVersion: string | null;
  /** ISO 8601; null while pending. */
  evaluatedAt: string | null;
  /** Whether the caller may decide on verdicts of this study. */
  mayDecide: boolean;
}

/**
 * `POST /api/studies/{uid}/conformance/decisions[?hospital=]`; answers 201 with VerdictDecisionBody.
 * 409 `evidence-changed` when the digest is not that of the present result.
 */
export interface NewVerdictDecision {
  itemCode: string;
  verdict: 'PASS' | 'FAIL' | null;
  /** 1 to 500 characters. */
  reason: string;
  evidence: string;
}

/** `GET /api/studies/{uid}/conformance/history[?hospital=]`, newest first. */
export interface ConformanceHistoryBody {
  entries: (
    | {
        kind: 'result';
        at: string;
        revision: number;
        settled: boolean;
        catalogue: { id: string; version: string };
        engineVersion: string;
        items: { code: string; name: Bilingual; verdict: Verdict; summary: Bilingual }[];
        /** In what it differs from the result before it; empty for the first. */
        changes: {
          itemCode: string;
          before: Verdict | null;
          after: Verdict | null;
          requirements: { id: string; label: Bilingual; before: string | null; after: string | null }[];
        }[];
      }
    | { kind: 'decision'; at: string; decision: VerdictDecisionBody }
  )[];
}

/** A study and item that waits for a person. */
export interface ReviewBody {
  hospital: HospitalRef;
  studyInstanceUid: string;
  patient: { name: string; sex: string; age: { value: number; unit: 'Y' | 'M' | 'D' } | null };
  /** YYYY-MM-DD or empty. */
  studyDate: string;
  description: string;
  modalities: string[];
  itemCode: string;
  itemName: Bilingual;
  summary: Bilingual;
  /** The requirements that are undecided, and what would decide them. */
  undecided: { id: string; label: Bilingual; reason: Bilingual }[];
  /** A decision stood on evidence that changed. */
  staleDecision: VerdictDecisionBody | null;
  settled: boolean;
  evidence: string;
  receivedAt: string;
  mayDecide: boolean;
}

/**
 * `GET /api/reviews`, the oldest first. Query: `hospital`, `item` (repeatable), `modality` (repeatable), `stale=true`, `limit`
 * (1–200, default 50), `cursor`.
 */
export interface ReviewsPage {
  reviews: ReviewBody[];
  next: string | null;
  total: { value: number; capped: boolean };
}

/** `GET /api/reviews/facets`. */
export interface ReviewFacets {
  hospitals: { code: string; count: number }[];
  items: { code: string; name: Bilingual; count: number }[];
  stale: number;
}

/** What an exam code or name of a hospital stands for. */
export interface ExamMappingBody {
  id: number;
  hospital: string;
  /** Code and scheme, or name; the other is empty. */
  code: string;
  scheme: string;
  name: string;
  /** Empty: on no item. */
  items: { code: string; name: Bilingual }[];
  author: AuthorBody;
  at: string;
  /** Studies that carry it. */
  studies: number;
}

/** `GET /api/exam-mappings`. Query: `hospital` (repeatable), `q`, `limit`, `cursor`. */
export interface ExamMappingsPage {
  mappings: ExamMappingBody[];
  next: string | null;
}

/** `PUT /api/exam-mappings`: maps one exam, in place of what it was mapped to; answers ExamMappingBody. `DELETE /api/exam-mappings/{id}` ends one. */
export interface NewExamMapping {
  hospital: string;
  code?: string;
  scheme?: string;
  name?: string;
  itemCodes: string[];
}

/** An exam that is not mapped. `GET /api/exam-mappings/unmapped`, the most frequent first, answers `{ exams, next }`. */
export interface UnmappedExamBody {
  hospital: string;
  code: string;
  scheme: string;
  name: string;
  modality: string;
  studies: number;
  firstSeenAt: string;
  lastSeenAt: string;
  /** What the engine makes of it by itself: verdicts on the newest 200 of its studies. */
  judged: { PASS: number; FAIL: number; REVIEW: number; notListed: number };
  /** Likely items, the likeliest first. */
  suggestions: {
    itemCodes: string[];
    items: { code: string; name: Bilingual }[];
    because: Bilingual;
    score: number;
  }[];
  mayMap: boolean;
}

export interface UnmappedExamsPage {
  exams: UnmappedExamBody[];
  next: string | null;
  total: number;
}

/**
 * Result of `POST /api/exam-mappings/import?hospital=&dryRun=` whose body is CSV (`code,scheme,name,items`; `-` for an exam on
 * no item), as `GET /api/exam-mappings/export?hospital=` writes it. With errors nothing is mapped: 400, unless it is a dry run.
 */
export interface ExamMappingImport {
  added: number;
  changed: number;
  unchanged: number;
  errors: { line: number; text: Bilingual }[];
}

/** A version of a list. `GET /api/catalogues` answers `{ catalogues: CatalogueVersionBody[] }`. */
export interface CatalogueVersionBody {
  id: string;
  version: string;
  title: Bilingual;
  region: { code: string; name: Bilingual };
  source: string;
  /** YYYY-MM-DD. */
  effectiveFrom: string;
  effectiveUntil: string | null;
  state: 'draft' | 'inForce' | 'withdrawn';
  items: number;
  /** Of the current result of studies. */
  studies: number;
  importedBy: string;
  importedAt: string;
}

/** In what one version differs from another. `GET /api/catalogues/difference?from=id@version&to=id@version`. */
export interface CatalogueDifference {
  from: { id: string; version: string };
  to: { id: string; version: string };
  added: { code: string; name: Bilingual }[];
  removed: { code: string; name: Bilingual }[];
  changed: {
    code: string;
    name: Bilingual;
    /** Requirements that came, went, or changed in level or in what they demand. */
    requirements: {
      id: string;
      kind: 'added' | 'removed' | 'changed';
      before: { level: RequirementLevel; label: Bilingual } | null;
      after: { level: RequirementLevel; label: Bilingual } | null;
      text: Bilingual;
    }[];
    /** Other things that changed: name, text of the list, how the exam selects it. */
    other: Bilingual[];
  }[];
}

/** `POST /api/catalogues[?dryRun=true]` with the document; 201 with the version, 200 on a dry run, 400 with `errors`. */
export interface CatalogueImport {
  catalogue: CatalogueVersionBody | null;
  errors: { path: string; text: Bilingual }[];
  /** Against the version in force in its region; null without one. */
  difference: CatalogueDifference | null;
  /** Studies that would be judged again when it is put in force. */
  studies: number;
}

/** `POST /api/catalogues/{id}/{version}/state` `{ state: 'inForce' | 'withdrawn', effectiveFrom?, effectiveUntil? }` answers the version and the re-evaluation it began. */
export interface CatalogueStateChange {
  catalogue: CatalogueVersionBody;
  reevaluation: ReevaluationBody | null;
}

/** `GET /api/reevaluations` answers `{ reevaluations }`, newest first; `POST /api/reevaluations` begins one, `POST /api/reevaluations/{id}/cancel` ends it. */
export interface ReevaluationBody {
  id: number;
  reason: 'catalogue' | 'engine' | 'examMapping' | 'request';
  requestedBy: string;
  requestedAt: string;
  state: 'waiting' | 'working' | 'done' | 'cancelled';
  total: number;
  judged: number;
  /** Studies whose effective verdicts or labels changed. */
  changed: number;
  failed: number;
  endedAt: string | null;
}

/** `GET /api/catalogue`: the mutual-recognition list in force (互认清单), items in the list's own order. */
export interface CatalogueBody {
  id: string;
  version: string;
  /** Where the list was published, as a reader would cite it; empty when unknown. */
  source: string;
  items: {
    code: string;
    category: 'DR' | 'CT' | 'MR';
    name: Bilingual;
    /** The list's own Chinese words for this item, verbatim. */
    text: string;
    requirements: {
      id: string;
      level: RequirementLevel;
      label: Bilingual;
      /** The words of the list the requirement rests on; empty when it rests on none. */
      basis: string;
      /** True when the requirement is a reading of the list, not its letter. */
      inferred: boolean;
    }[];
  }[];
}
