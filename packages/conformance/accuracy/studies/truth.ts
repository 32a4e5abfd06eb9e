import type { CtStep, MrStep, PlaneName, Step, StudyPlan, XrStep } from './plan.ts';

/** What must be said of a study, from what was done; nothing here reads a header or the engine. */
export interface StudyTruth {
  /** The item that the exam is; null where it is on no item. */
  item: string | null;
  /**
   * REVIEW where the list's own policy leaves the study to a person (a storage-plate radiograph); NOT_PASS where
   * FAIL and REVIEW are both right, because headers contradict each other or tell too little.
   */
  verdict: 'PASS' | 'FAIL' | 'REVIEW' | 'NOT_PASS' | 'NOT_LISTED';
  /** Ids of the must requirements that are not met. */
  missing: string[];
}

type Check = (steps: readonly Step[]) => boolean;

const mrOf = (steps: readonly Step[]): MrStep[] =>
  steps.filter((step): step is MrStep => step.kind === 'mr' && step.product === 'source');
const ctOf = (steps: readonly Step[]): CtStep[] => steps.filter((step): step is CtStep => step.kind === 'ct');
const xrOf = (steps: readonly Step[]): XrStep[] => steps.filter((step): step is XrStep => step.kind === 'xr');

const T1 = new Set<MrStep['technique']>(['T1SE', 'T1IR', 'T1GRE2D', 'T1GRE3D', 'T1VIBE', 'DUAL']);
const isT2 = (step: MrStep): boolean => ['T2', 'HASTE', 'STIR'].includes(step.technique);

/** One MR series of the kind, long enough to be the exam's and not a fragment. */
const mr =
  (test: (step: MrStep) => boolean): Check =>
  (steps) =>
    mrOf(steps).some(test);

const plainT1 = mr((step) => T1.has(step.technique) && step.contrast === 'pre');
const postT1 = mr((step) => T1.has(step.technique) && step.contrast === 'post');
const anyT2 = mr(isT2);
const plainT2 = mr((step) => isT2(step) && !step.fatSat);
const fatT2 = mr((step) => isT2(step) && step.fatSat);
const diffusion = (least: number): Check =>
  mr((step) => step.technique === 'DWI' && (step.b ?? []).some((b) => b >= least));

const MAIN: Readonly<Record<PlaneName, 'TRA' | 'SAG' | 'COR'>> = {
  axial: 'TRA',
  sagittal: 'SAG',
  coronal: 'COR',
  'oblique-coronal': 'COR',
  'oblique-sagittal': 'SAG',
};

const planes =
  (all: readonly string[], any: readonly string[] = [], reformatted: readonly string[] = []): Check =>
  (steps) => {
    const seen = new Set(mrOf(steps).map((step) => MAIN[step.plane]) as string[]);
    for (const step of steps) {
      if (step.kind === 'mr' && step.product === 'mpr' && reformatted.includes(MAIN[step.plane]))
        seen.add(MAIN[step.plane]);
    }
    return all.every((one) => seen.has(one)) && (any.length === 0 || any.some((one) => seen.has(one)));
  };

/** At least three time points after the injection, of the same plane. */
const dynamic: Check = (steps) => {
  const points = new Map<string, number>();
  for (const step of mrOf(steps)) {
    if (!T1.has(step.technique) || step.contrast !== 'post') continue;
    const key = `${step.plane} ${step.technique} ${step.slices} ${step.field}`;
    points.set(key, (points.get(key) ?? 0) + (step.timePoints ?? 1));
  }
  return [...points.values()].some((count) => count >= 3);
};

const axial =
  (test: (step: CtStep) => boolean): Check =>
  (steps) =>
    ctOf(steps).some((step) => step.product === 'axial' && step.plane === 'axial' && test(step));
const pre = axial((step) => step.phase === 'plain');
const post = axial((step) => step.phase !== 'plain');
const recon =
  (products: readonly CtStep['product'][], plane?: PlaneName): Check =>
  (steps) =>
    ctOf(steps).some(
      (step) => products.includes(step.product) && (plane === undefined || step.plane === plane),
    );
const angiography = axial((step) => step.phase === 'arterial' && step.thickness <= 1.25);
const threePhases: Check = (steps) =>
  new Set(
    ctOf(steps)
      .filter((step) => step.product === 'axial' && step.phase !== 'plain')
      .map((step) => step.phase),
  ).size >= 3;

const shown = (steps: readonly Step[]): XrStep[] => xrOf(steps).filter((step) => step.forProcessing !== true);
const view =
  (name: 'CC' | 'MLO'): Check =>
  (steps) => {
    const sides = new Set(shown(steps).map((step) => step.side));
    return (
      sides.size > 0 &&
      [...sides].every((side) =>
        shown(steps).some((step) => step.side === side && step.view === name && step.spot !== true),
      )
    );
  };
const flatPanel: Check = (steps) =>
  xrOf(steps).some((step) => step.detector === 'DIRECT' || step.detector === 'SCINTILLATOR');

const DX = { IMG: ((steps) => shown(steps).length > 0) as Check };
const SEQUENCES = { T1: plainT1, T2: anyT2 };
const BODY = {
  T1: plainT1,
  T2ORFS: anyT2,
  DWI: diffusion(500),
  PLANES: planes(['TRA'], ['COR', 'SAG']),
};
const BREAST = { T1: plainT1, FST2: fatT2, DWI: diffusion(500), PLANES: planes(['TRA'], ['COR', 'SAG']) };
const JOINT = {
  T1: plainT1,
  T2: plainT2,
  PDORFST2: ((steps) => fatT2(steps) || mr((step) => step.technique === 'PD')(steps)) as Check,
};
const PLAIN_CT = { PRE: pre };
const CTA = { CTA: angiography };
const CE = { CE: mr((step) => step.technique === 'CEMRA' && step.contrast === 'post') };
const TOF_OR_PC = mr((step) => step.technique === 'TOF' || step.technique === 'PC');

/** Must requirements by item, read from the text of the list. */
const REQUIRED: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  'DR-01': DX,
  'DR-02': DX,
  'DR-03': DX,
  'DR-04': DX,
  'DR-05': DX,
  'DR-06': DX,
  'DR-07': { DETECTOR: flatPanel, CC: view('CC'), MLO: view('MLO') },
  'CT-01': PLAIN_CT,
  'CT-02': { PRE: pre, AX: pre, CORMPR: recon(['mpr'], 'coronal') },
  'CT-03': { PRE: pre, POST: post },
  'CT-04': { PRE: pre, POST: post },
  'CT-05': { PRE: pre, THIN: axial((step) => step.thickness <= 1.5) },
  'CT-06': { PRE: pre, POST: post },
  'CT-07': { PRE: pre, PH3: threePhases },
  'CT-08': { PRE: pre, POST: post },
  'CT-09': { PRE: pre, POST: post },
  'CT-10': CTA,
  'CT-11': CTA,
  'CT-12': CTA,
  'CT-13': CTA,
  'CT-14': { CTA: axial((step) => step.phase !== 'plain' && step.thickness <= 1.25) },
  'CT-15': { EXC: axial((step) => step.phase === 'excretory') },
  'CT-16': PLAIN_CT,
  'CT-17': PLAIN_CT,
  'CT-18': PLAIN_CT,
  'CT-19': CTA,
  'CT-20': PLAIN_CT,
  'CT-21': { PRE: pre, R3D: recon(['vr', 'mip', 'cpr']), MPR: recon(['mpr']) },
  'MR-01': { ...SEQUENCES, FLAIR: mr((step) => step.technique === 'FLAIR'), DWI: diffusion(800) },
  'MR-02': {
    ...SEQUENCES,
    FLAIR: mr((step) => step.technique === 'FLAIR'),
    DWI: diffusion(800),
    POSTT1: postT1,
  },
  'MR-03': { ...SEQUENCES, DYN: dynamic, PLANES: planes(['SAG', 'COR']) },
  'MR-04': { ...SEQUENCES, PLANES: planes(['TRA', 'COR']) },
  'MR-05': { ...SEQUENCES, POSTT1: postT1, PLANES: planes(['TRA', 'SAG', 'COR']) },
  'MR-06': { ...SEQUENCES, PLANES: planes(['TRA', 'SAG']) },
  'MR-07': { ...SEQUENCES, POSTT1: postT1, PLANES: planes(['TRA', 'SAG', 'COR']) },
  'MR-08': BODY,
  'MR-09': { ...BODY, DYN: dynamic },
  'MR-10': BODY,
  'MR-11': { ...BODY, DYN: dynamic },
  'MR-12': {
    T1: plainT1,
    T2: plainT2,
    FST2: fatT2,
    PLANES: planes(['TRA', 'COR']),
    BOTH: (steps) => new Set(mrOf(steps).map((step) => step.side)).has('B'),
  },
  'MR-13': { ...JOINT, PLANES: planes(['TRA', 'SAG', 'COR'], [], ['TRA']) },
  'MR-14': BREAST,
  'MR-15': { ...BREAST, DYN: dynamic },
  'MR-16': { MRA: TOF_OR_PC },
  'MR-17': CE,
  'MR-18': { MRV: TOF_OR_PC },
  'MR-19': CE,
  'MR-20': { MRA: TOF_OR_PC },
  'MR-21': CE,
  'MR-22': { ...SEQUENCES, PLANES: planes(['TRA', 'COR']) },
  'MR-23': { HYDRO: mr((step) => step.technique === 'HYDRO' && step.thickness <= 1) },
  'MR-24': { ...JOINT, PLANES: planes(['TRA', 'SAG', 'COR']) },
};

/** The verdict that follows from what was done and what was ordered. */
export function truthOf(plan: StudyPlan): StudyTruth {
  if (plan.item === null) return { item: null, verdict: 'NOT_LISTED', missing: [] };
  const required = REQUIRED[plan.item];
  if (required === undefined) throw new Error(`no truth is known for ${plan.item}`);
  const steps = plan.steps.filter((step) => step.prior !== true);
  const missing = Object.entries(required)
    .filter(([, met]) => !met(steps))
    .map(([id]) => id);
  if (plan.expected !== undefined) return { item: plan.item, verdict: plan.expected, missing };
  if (missing.length > 0) return { item: plan.item, verdict: 'FAIL', missing };
  const plates = steps.some((step) => step.kind === 'xr' && step.modality === 'CR');
  return { item: plan.item, verdict: plates ? 'REVIEW' : 'PASS', missing };
}

/** What a series is in the words of the engine's facts, to compare series by series; null where not compared. */
export function seriesTruth(step: Step): {
  weighting?: string;
  plane?: string;
  contrast?: string;
  phase?: string;
} {
  if (step.kind === 'mr') {
    if (step.product === 'localizer') return { weighting: 'LOCALIZER' };
    if (step.product === 'adc') return { weighting: 'ADC' };
    if (step.product !== 'source') return {};
    const weighting = T1.has(step.technique)
      ? 'T1'
      : isT2(step)
        ? 'T2'
        : step.technique === 'MRCP'
          ? 'HYDRO'
          : step.technique;
    const oblique = step.plane.startsWith('oblique');
    return {
      weighting,
      ...(oblique ? {} : { plane: step.plane }),
      ...(weighting === 'T1' ? { contrast: step.contrast } : {}),
    };
  }
  if (step.kind === 'ct' && step.product === 'axial') {
    const phase = {
      plain: 'native',
      arterial: 'arterial',
      portal: 'portal-venous',
      delayed: 'delayed',
      excretory: 'excretory',
      enhanced: '',
    }[step.phase];
    return {
      plane: 'axial',
      contrast: step.phase === 'plain' ? 'pre' : 'post',
      ...(phase === '' ? {} : { phase }),
    };
  }
  return {};
}
