import type { Bilingual, Verdict } from '@hutong/conformance';

/** A hospital's quality evaluation of one item at one scope. Dates are YYYY-MM-DD. */
export interface Evaluation {
  id: number;
  itemCode: string;
  scope: string;
  evaluatedAt: string;
  validUntil: string;
  result: 'passed' | 'failed';
  /** The day it was entered here. */
  enteredOn: string;
}

/** A yearly state test of a device (状态检测). Dates are YYYY-MM-DD. */
export interface DeviceTest {
  /** DeviceSerialNumber (0018,1000). */
  serialNumber: string;
  testedOn: string;
  validUntil: string;
  result: 'passed' | 'failed';
}

/** How a scope, or a hospital in it, gives labels. */
export interface LabelPolicy {
  scope: string;
  /** null: every hospital of the scope. */
  hospitalCode: string | null;
  /** `automatic` applies a label on a PASS, `proposed` waits for a person to release it. */
  release: 'automatic' | 'proposed';
  /** An evaluation that was entered after the study labels it, where it was valid on the study date. */
  lateQualification: boolean;
  /** Studies of devices without a valid state test on the study date get no label. */
  deviceTestNeeded: boolean;
}

/** What holds where nothing was set. */
export const DEFAULT_LABEL_POLICY = {
  release: 'automatic',
  lateQualification: true,
  deviceTestNeeded: false,
} as const satisfies Omit<LabelPolicy, 'scope' | 'hospitalCode'>;

/** Issuing that is suspended now; null: any. */
export interface LabelSuspension {
  hospitalCode: string | null;
  itemCode: string | null;
  scope: string | null;
  reason: string;
}

/** A withdrawal by a person that was not lifted; null: any. */
export interface LabelWithdrawal {
  hospitalCode: string;
  studyInstanceUid: string | null;
  itemCode: string | null;
  scope: string | null;
  /** Study dates, YYYY-MM-DD, both inclusive. */
  from: string | null;
  until: string | null;
  reason: string;
}

/** The verdict that holds for an item of a study. */
export interface LabelledItem {
  itemCode: string;
  itemName: Bilingual;
  verdict: Verdict;
  /** A person decided it. */
  decided: boolean;
}

/** All that labels of a study depend on, beside its verdicts. */
export interface LabelFacts {
  hospitalCode: string;
  studyInstanceUid: string;
  /** YYYY-MM-DD; empty without a valid one. */
  studyDate: string;
  /** YYYY-MM-DD. */
  today: string;
  /** Scopes the hospital takes part in on the study date, directly or by what lies around them. */
  scopes: readonly string[];
  /** Evaluations of the hospital that were not taken back. */
  evaluations: readonly Evaluation[];
  suspensions: readonly LabelSuspension[];
  withdrawals: readonly LabelWithdrawal[];
  policies: readonly LabelPolicy[];
  /** Serial numbers of the devices that made the images, empty where an image names none; null: not looked up. */
  devices: readonly string[] | null;
  /** Tests of devices of the hospital that were not taken back. */
  deviceTests: readonly DeviceTest[];
}
