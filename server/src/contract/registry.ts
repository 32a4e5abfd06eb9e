/** JSON bodies of the registry of mutual recognition. Types only. Days are YYYY-MM-DD, moments ISO 8601. */

interface Words {
  zh: string;
  en: string;
}

export type ScopeKindName = 'alliance' | 'city' | 'province' | 'crossProvince' | 'nation';

export interface RegistryHospitalBody {
  code: string;
  name: Words;
  /** As it stands in the registry, for example 三级甲等; empty: not known. */
  level: string;
  /** 1 to 3; null: it has no level of hospitals. */
  tier: 1 | 2 | 3 | null;
  grade: '特' | '甲' | '乙' | '丙' | null;
  /** GB/T 2260 code or name. */
  region: string;
  /** Scopes it takes part in today, those around them too. */
  scopes: string[];
  alliances: string[];
  /** Whether the caller sees its evaluations, and may enter its device tests. */
  inView: boolean;
}

export interface RegistryScopeBody {
  name: string;
  nameEn: string;
  kind: ScopeKindName;
  validityMonths: number;
  within: string[];
  /** Scope of hospitals that never joined one. */
  isDefault: boolean;
}

export interface RegistryMemberBody {
  scope: string;
  hospital: string;
  joinedOn: string;
  /** The first day on which it takes part no more. */
  leftOn: string | null;
}

export interface AllianceBody {
  code: string;
  name: Words;
  members: { hospital: string; joinedOn: string; leftOn: string | null }[];
}

export interface QualityCentreBody {
  code: string;
  name: Words;
  scope: string;
  /** DR, CT, MR; empty: all. */
  modalities: string[];
  /** Who enters what it found; told to who keeps the registry of the region. */
  people: { username: string; name: string }[];
}

/** `GET /api/registry`. */
export interface RegistryBody {
  hospitals: RegistryHospitalBody[];
  scopes: RegistryScopeBody[];
  members: RegistryMemberBody[];
  alliances: AllianceBody[];
  centres: QualityCentreBody[];
  items: { code: string; name: Words; category: string }[];
  /** Days before an end from which on it is warned of. */
  warningDays: number;
  /** Ends within these days, of those in view. */
  expiring: number;
  may: {
    /** Everything of the registry, for the whole region. */
    keepRegion: boolean;
    /** Add hospitals and rename them. */
    administer: boolean;
    /** Centres the caller acts for: evaluations and suspensions at their scopes. */
    centres: string[];
    /** Hospitals whose device tests the caller may enter; null: all. */
    deviceHospitals: string[] | null;
  };
}

export interface EvaluationBody {
  id: number;
  hospital: string;
  item: string;
  scope: string;
  evaluatedAt: string;
  /** The last day it holds. */
  validUntil: string;
  result: 'passed' | 'failed';
  centre: string | null;
  /** Reference of the document. */
  document: string;
  /** Media type of its file; empty: none. */
  documentType: string;
  recordedBy: string;
  recordedAt: string;
  revoked: { at: string; by: string; reason: string } | null;
}

export interface EvaluationsPage {
  evaluations: EvaluationBody[];
  next: string | null;
}

export type EvaluationStateName = 'none' | 'failed' | 'valid' | 'expiring' | 'expired';

/** `GET /api/registry/evaluations/matrix`. Cells without an entry are `none`. */
export interface EvaluationMatrixBody {
  scope: string;
  day: string;
  /** Hospitals that take part in the scope on the day, of those in view. */
  hospitals: string[];
  items: string[];
  cells: {
    hospital: string;
    item: string;
    state: EvaluationStateName;
    id: number;
    evaluatedAt: string;
    validUntil: string;
    suspended: boolean;
  }[];
}

/** `GET /api/registry/expiring`. */
export interface ExpiringBody {
  days: number;
  evaluations: {
    id: number;
    hospital: string;
    item: string;
    scope: string;
    validUntil: string;
    daysLeft: number;
  }[];
  devices: { hospital: string; serialNumber: string; validUntil: string; daysLeft: number }[];
}

export type DeviceStateName = 'tested' | 'expiring' | 'failed' | 'lapsed' | 'untested';

export interface DeviceBody {
  hospital: string;
  serialNumber: string;
  manufacturer: string;
  model: string;
  stationName: string;
  modality: string;
  testedOn: string | null;
  validUntil: string | null;
  state: DeviceStateName;
}

export interface DeviceTestBody {
  id: number;
  hospital: string;
  serialNumber: string;
  manufacturer: string;
  model: string;
  stationName: string;
  modality: string;
  testedOn: string;
  validUntil: string;
  result: 'passed' | 'failed';
  document: string;
  recordedBy: string;
  recordedAt: string;
}

export interface SuspensionBody {
  id: number;
  /** null: any. */
  hospital: string | null;
  item: string | null;
  scope: string | null;
  reason: string;
  by: string;
  at: string;
  lifted: { at: string; by: string; reason: string } | null;
}

export interface RegistryEventBody {
  id: number;
  kind: string;
  subject: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  by: string;
  at: string;
}

export type RegistryTableName = 'hospitals' | 'evaluations' | 'deviceTests';

/** What came of a table. With errors nothing was taken. */
export interface RegistryImportBody {
  added: number;
  changed: number;
  unchanged: number;
  errors: { line: number; text: Words }[];
}
