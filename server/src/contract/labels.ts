import type { Bilingual, LabelState, Verdict } from '@hutong/conformance';
import type { LabelCause, LabelObstacle, LabelPolicy } from '@hutong/recognition';

interface Named {
  code: string;
  name: Bilingual;
}

/** The evaluation a label rests on. Dates are YYYY-MM-DD. */
export interface LabelQualificationBody {
  id: number;
  evaluatedAt: string;
  validUntil: string;
}

/** The label of one scope for one item of a study: the one it carries, or why it carries none. */
export interface StudyLabelBody {
  scope: string;
  text: string;
  /** null: it never carried one. */
  state: LabelState | null;
  /** Of the newest event. */
  since: string | null;
  cause: LabelCause | null;
  reason: Bilingual | null;
  author: string | null;
  qualification: LabelQualificationBody | null;
  /** All that stands in the way of it now; of a label that was given before, what would keep it from being given again. */
  obstacles: LabelObstacle[];
  /** Whether it is given on a PASS, or waits for a person to release it. */
  release: LabelPolicy['release'];
}

export interface LabelledItemBody extends Named {
  verdict: Verdict | null;
  /** A person decided the verdict. */
  decided: boolean;
  labels: StudyLabelBody[];
}

/** Body of `GET /api/studies/{uid}/labels`. */
export interface StudyLabelsBody {
  hospital: Named;
  /** YYYY-MM-DD or empty. */
  studyDate: string;
  /** The study changed and is judged again; it is given no label meanwhile. */
  pending: boolean;
  notListed: { text: Bilingual } | null;
  items: LabelledItemBody[];
  /** What a label covers, and what not. */
  covers: Bilingual;
  /** The caller may release and withdraw labels of the hospital, and lift withdrawals. */
  mayChange: boolean;
  mayLift: boolean;
}

/** What was done to a label. */
export interface LabelEventBody {
  itemCode: string;
  scope: string;
  text: string;
  state: LabelState;
  cause: LabelCause;
  reason: Bilingual;
  author: string;
  at: string;
  qualification: LabelQualificationBody | null;
}

/** A withdrawal by a person, of a study or of a set. null: any. */
export interface LabelWithdrawalBody {
  id: number;
  hospital: Named;
  /** null: a set, or of a study the caller may not read. */
  studyInstanceUid: string | null;
  ofStudy: boolean;
  itemCode: string | null;
  scope: string | null;
  from: string | null;
  until: string | null;
  reason: string;
  author: string;
  at: string;
  lifted: { at: string; by: string; reason: string } | null;
  mayLift: boolean;
}

/** Body of `GET /api/studies/{uid}/labels/history`. */
export interface LabelHistoryBody {
  events: LabelEventBody[];
  withdrawals: LabelWithdrawalBody[];
}

/** A label of the lists of labels. */
export interface ListedLabelBody extends LabelEventBody {
  hospital: Named;
  studyInstanceUid: string;
  itemName: Bilingual;
  patient: { name: string; sex: string; age: { value: number; unit: 'Y' | 'M' | 'D' } | null };
  studyDate: string;
  description: string;
  mayChange: boolean;
}
export interface LabelsPage {
  labels: ListedLabelBody[];
  next: string | null;
}

/** Body of `POST /api/labels/release`. */
export interface ReleaseBody {
  labels: { hospital: string; studyInstanceUid: string; itemCode: string; scope: string }[];
}
export interface ReleasedBody {
  labels: (ReleaseBody['labels'][number] & {
    outcome: 'released' | 'notProposed' | 'pending' | 'obstacle';
    obstacles: LabelObstacle[];
  })[];
}

export interface LabelWithdrawalsPage {
  withdrawals: LabelWithdrawalBody[];
  next: string | null;
}
/** Body of `POST /api/label-withdrawals`, and of its preview without the reason. */
export interface NewLabelWithdrawalBody {
  hospital: string;
  itemCode?: string | null;
  scope?: string | null;
  from?: string | null;
  until?: string | null;
  reason: string;
}
export interface LabelWithdrawalPreview {
  labels: number;
  studies: number;
}
export interface LabelWithdrawalOutcomeBody {
  withdrawal: LabelWithdrawalBody;
  /** Studies whose labels changed with it. */
  studies: number;
  /** More follow in the background. */
  goesOn: boolean;
}

export interface LabelPolicyBody extends LabelPolicy {
  id: number;
  author: string;
  at: string;
  endedAt: string | null;
  endedBy: string;
}
export interface LabelPoliciesBody {
  policies: LabelPolicyBody[];
  /** What holds where nothing was set. */
  usual: Omit<LabelPolicy, 'scope' | 'hospitalCode'>;
  scopes: string[];
  hospitals: Named[];
  items: Named[];
  mayChange: boolean;
  /** Hospitals whose labels the caller may withdraw. */
  mayWithdraw: string[];
}

/** Labels that are looked at anew in the background. */
export interface RelabellingBody {
  id: number;
  reason: string;
  filter: { hospitals?: string[]; items?: string[]; scopes?: string[]; from?: string; until?: string };
  author: string;
  requestedAt: string;
  state: 'waiting' | 'working' | 'done' | 'cancelled';
  lookedAt: number;
  changed: number;
  /** 0 to 1; null while it waits. */
  progress: number | null;
  endedAt: string | null;
}
export interface RelabellingsBody {
  relabellings: RelabellingBody[];
}
