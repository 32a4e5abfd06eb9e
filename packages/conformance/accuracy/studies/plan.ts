import type { Random } from './random.ts';

/**
 * What a department did, before any scanner wrote a header: the truth of a study. Verdicts follow from these
 * facts alone (`truth.ts`); headers are rendered from them in the style of a maker (`render.ts`).
 */
export interface StudyPlan {
  seed: string;
  /** Item of the catalogue that the exam was ordered for; null for exams of no item. */
  item: string | null;
  notListed: 'NOT_IN_LIST' | 'NOT_ELIGIBLE' | null;
  /** Whether the words of the order tell plain from enhanced; null where they do not say. */
  ordered: 'plain' | 'enhanced' | null;
  exam: ExamNames;
  style: Style;
  steps: Step[];
  /** Whether contrast was given, and so may be on the console, whatever became of the enhanced series. */
  injected: boolean;
  /** What must come of it where that does not follow from the steps. */
  expected?: 'REVIEW' | 'NOT_PASS';
  /** Why the headers may not be able to tell, where they may not; such studies may go to a person. */
  hard: string | null;
}

/** Names of one exam as sites write it. */
export interface ExamNames {
  zh: readonly string[];
  en: readonly string[];
  mixed: readonly string[];
  /** Names that tell the part and not whether contrast was given. */
  unsaid?: readonly string[];
  /** Study or protocol name that the maker's software fills in. */
  vendor?: Partial<Record<Maker, string>>;
  bodyPart: string;
}

export type Maker = 'siemens' | 'xa' | 'ge' | 'philips' | 'canon' | 'uih' | 'hitachi' | 'neusoft';
export type Language = 'zh' | 'en' | 'mixed';
/** Where the name of the exam stands. */
export type ExamStyle =
  | 'description'
  | 'requested'
  | 'performed'
  | 'codeMeaning'
  | 'mappedCode'
  | 'protocol'
  | 'codeOnly'
  | 'bodyPart';

export interface Style {
  maker: Maker;
  language: Language;
  exam: ExamStyle;
  /** Series named by the site's staff, by the maker's defaults, or not at all. */
  naming: 'site' | 'vendor' | 'none';
  /** Which series of an enhanced study name a contrast agent. */
  agent: 'post' | 'all' | 'never';
  /** Whether the start of the injection is recorded. */
  bolusTime: boolean;
  /** Enhanced multi-frame objects (MR). */
  enhanced: boolean;
  bodyPartFilled: boolean;
}

export type PlaneName = 'axial' | 'sagittal' | 'coronal' | 'oblique-coronal' | 'oblique-sagittal';
export type Technique =
  | 'T1SE'
  | 'T1IR'
  | 'T1GRE2D'
  | 'T1GRE3D'
  | 'T1VIBE'
  | 'DUAL'
  | 'T2'
  | 'HASTE'
  | 'T2STAR'
  | 'STIR'
  | 'PD'
  | 'FLAIR'
  | 'DWI'
  | 'SWI'
  | 'TOF'
  | 'PC'
  | 'CEMRA'
  | 'HYDRO'
  | 'MRCP';

interface StepBase {
  /** Seconds after the first image of the study. */
  at: number;
  role: string;
  /** Seconds it took, and seconds of waiting before it. */
  takes?: number;
  pause?: number;
  /** Made in an earlier exam of the same patient and sent along. */
  prior?: boolean;
  /** Part that the console recorded, where it is another than the exam's. */
  bodyPart?: string;
  /** Written instead of any other name where a mutation renames a series. */
  named?: string;
}

export interface MrStep extends StepBase {
  kind: 'mr';
  technique: Technique;
  plane: PlaneName;
  fatSat: boolean;
  contrast: 'pre' | 'post';
  /** `source` is acquired; the others are made from it. */
  product: 'source' | 'localizer' | 'adc' | 'mip' | 'mpr' | 'calibration';
  thickness: number;
  gap: number;
  slices: number;
  field: number;
  /** Centre of the picture in mm: left of the midline, height. */
  centre: readonly [number, number, number];
  b?: readonly number[];
  /** Time points in this one series, and seconds between them. */
  timePoints?: number;
  interval?: number;
  /** Word of the phase where the site names it. */
  phase?: 'arterial' | 'portal' | 'delayed';
  side?: 'L' | 'R' | 'B';
  /** Venous sinuses were aimed at. */
  venous?: boolean;
  dixon?: 'water' | 'fat' | 'in' | 'opp';
  /** Timing that belongs to another weighting than the name says. */
  timing?: Technique;
}

export type CtPhaseName = 'plain' | 'arterial' | 'portal' | 'delayed' | 'excretory' | 'enhanced';

export interface CtStep extends StepBase {
  kind: 'ct';
  product: 'axial' | 'scout' | 'monitor' | 'mpr' | 'mip' | 'vr' | 'cpr';
  plane: PlaneName;
  phase: CtPhaseName;
  acquisition: number;
  /** Lowest and highest table position (mm). */
  range: readonly [number, number];
  thickness: number;
  kernel: 'soft' | 'bone' | 'lung';
  field: number;
  gated?: boolean;
  side?: 'L' | 'R';
  centreX?: number;
}

export interface XrStep extends StepBase {
  kind: 'xr';
  modality: 'DX' | 'CR' | 'MG';
  region: string;
  view: 'PA' | 'AP' | 'LAT' | 'OBL' | 'OTHER' | 'CC' | 'MLO';
  side?: 'L' | 'R';
  forProcessing?: boolean;
  position?: 'erect' | 'recumbent' | 'inverted';
  detector: 'DIRECT' | 'SCINTILLATOR' | 'STORAGE' | '';
  viewCoded?: boolean;
  spot?: boolean;
}

/** Objects that are no images of the exam: dose and protocol reports, screen saves, key images. */
export interface OtherStep extends StepBase {
  kind: 'other';
  what: 'dose' | 'screen' | 'protocol' | 'keyImages' | 'presentation';
}

export type Step = MrStep | CtStep | XrStep | OtherStep;

/** What a protocol needs to know to plan a study. */
export interface PlanContext {
  random: Random;
  maker: Maker;
}

/** One exam of a department: how it is named and what is acquired. */
export interface Protocol {
  item: string | null;
  notListed?: 'NOT_IN_LIST' | 'NOT_ELIGIBLE';
  ordered: 'plain' | 'enhanced' | null;
  exam: ExamNames;
  steps(context: PlanContext): Step[];
}
