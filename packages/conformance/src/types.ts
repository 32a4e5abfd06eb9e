import type { Uid } from '@hutong/dicom';

/** A sentence or name in both languages of the product. */
export interface Bilingual {
  zh: string;
  en: string;
}

export type Verdict = 'PASS' | 'FAIL' | 'REVIEW';
export type RequirementStatus = 'SATISFIED' | 'NOT_SATISFIED' | 'UNDECIDED';
export type RequirementLevel = 'must' | 'should' | 'conditional' | 'info';

export type Weighting =
  | 'T1'
  | 'T2'
  | 'T2STAR'
  | 'PD'
  | 'FLAIR'
  | 'DWI'
  | 'ADC'
  | 'SWI'
  | 'TOF'
  | 'PC'
  | 'CEMRA'
  | 'HYDRO'
  | 'PERF'
  | 'MAP'
  | 'LOCALIZER'
  | 'OTHER'
  | 'unknown';
export type Plane = 'axial' | 'sagittal' | 'coronal' | 'oblique' | 'mixed' | 'unknown';
export type ContrastState = 'pre' | 'post' | 'unknown';
export type CtPhase =
  'native' | 'arterial' | 'portal-venous' | 'delayed' | 'excretory' | 'enhanced' | 'dynamic' | 'unknown';
/** What a series is beside an acquisition: a reconstruction, a map, a projection, a scout, a report. */
export type DerivedKind =
  'MPR' | 'CPR' | 'MIP' | 'MINIP' | 'VR' | 'SSD' | 'SUBTRACTION' | 'MAP' | 'SCREEN' | 'SCOUT' | 'MONITOR';

/** How fat was suppressed: chemical saturation, its adiabatic and inversion kinds, short-TI inversion, Dixon, water excitation. */
export type FatSaturationMethod = 'SATURATION' | 'SPAIR' | 'SPIR' | 'STIR' | 'DIXON' | 'WATER_EXCITATION';
/** What a CT convolution kernel is made for. */
export type CtKernel = 'soft' | 'bone' | 'lung';

/** Why a fact was concluded: the attribute or text that spoke, and what it said. */
export interface Because {
  /** The series fact this speaks of: `weighting`, `plane`, … */
  fact: string;
  /** DICOM keyword or named method, for example `EchoTime` or `SeriesDescription`. */
  source: string;
  text: Bilingual;
}

/** What the engine understood of one series (or of one part of a mixed enhanced series). */
export interface SeriesFacts {
  seriesInstanceUid: Uid;
  seriesNumber: number | null;
  seriesDescription: string;
  modality: string;
  numberOfInstances: number;
  weighting: Weighting | null;
  fatSat: 'yes' | 'no' | 'unknown' | null;
  /** How, where something names it. */
  fatSatMethod?: FatSaturationMethod | null;
  plane: Plane;
  contrast: ContrastState;
  phase: CtPhase | null;
  bodyRegion: string[];
  derived: DerivedKind | null;
  laterality: 'L' | 'R' | 'B' | 'unknown' | null;
  view: string | null;
  bValues: number[];
  thicknessMm: number | null;
  coverageMm: number | null;
  /** CT alone; null where the kernel's name is of no known kind. */
  kernel?: CtKernel | null;
  /** 0 to 1; how far the voters agreed. */
  confidence: number;
  because: Because[];
}

export interface Evidence {
  seriesInstanceUid: Uid;
  note: Bilingual;
}

export interface RequirementResult {
  id: string;
  level: RequirementLevel;
  label: Bilingual;
  status: RequirementStatus;
  reason: Bilingual;
  evidence: Evidence[];
}

export interface ItemResult {
  catalogue: { id: string; version: string };
  itemCode: string;
  itemName: Bilingual;
  verdict: Verdict;
  /** One sentence that says why: what is missing, or what is undecided. */
  summary: Bilingual;
  /** How the item was chosen, most trusted first. */
  identifiedBy: Because[];
  requirements: RequirementResult[];
}

/** What the engine says of one study. Pure function of headers, catalogue and options. */
export interface StudyConformance {
  engineVersion: string;
  catalogue: { id: string; version: string };
  settled: boolean;
  notListed?: { reason: 'NOT_IN_LIST' | 'NOT_ELIGIBLE'; text: Bilingual };
  results: ItemResult[];
  series: SeriesFacts[];
}

export type LabelState = 'proposed' | 'applied' | 'withdrawn';

/** An HR label (互认标识) on a (study, item): scope text + "HR". */
export interface HrLabel {
  text: string;
  scope: string;
  itemCode: string;
  state: LabelState;
  /** ISO 8601 instant from which the label holds. */
  validFrom: string;
  reason: Bilingual;
}

/** Body of `GET /api/studies/{StudyInstanceUID}/conformance`. */
export interface ConformanceResponse {
  status: 'pending' | 'done';
  settled: boolean;
  /** Conformance revision of the study the result was judged at; null while none is. */
  revision: number | null;
  hospital: { code: string; name: Bilingual };
  notListed?: StudyConformance['notListed'];
  results: ItemResult[];
  series: SeriesFacts[];
  labels: HrLabel[];
}

/** A hospital's passed or failed quality evaluation of one item at one scope. Dates are YYYY-MM-DD. */
export interface Qualification {
  hospitalCode: string;
  itemCode: string;
  scope: string;
  evaluatedAt: string;
  validUntil: string;
  result: 'passed' | 'failed';
}
