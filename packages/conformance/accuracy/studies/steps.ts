import type {
  CtPhaseName,
  CtStep,
  Maker,
  MrStep,
  OtherStep,
  PlaneName,
  Step,
  Technique,
  XrStep,
} from './plan.ts';
import type { Random } from './random.ts';

/** Usual geometry of MR images of one part. */
export interface MrSite {
  field: number;
  thickness: number;
  gap: number;
  slices: number;
  centre: readonly [number, number, number];
  /** Highest b-value that departments use there. */
  b: number;
  side?: 'L' | 'R' | 'B';
}

/** One MR acquisition of a site; `more` overrides what differs. */
export function mr(site: MrSite, technique: Technique, plane: PlaneName, more: Partial<MrStep> = {}): MrStep {
  const diffusion = technique === 'DWI' ? { b: [0, site.b] } : {};
  return {
    kind: 'mr',
    role: `${technique} ${plane}`,
    at: 0,
    takes: technique === 'HASTE' || technique === 'T1VIBE' ? 20 : 150,
    technique,
    plane,
    fatSat: technique === 'DWI' || technique === 'STIR',
    contrast: 'pre',
    product: 'source',
    thickness: site.thickness,
    gap: site.gap,
    slices: site.slices,
    field: site.field,
    centre: site.centre,
    ...(site.side === undefined ? {} : { side: site.side }),
    ...diffusion,
    ...more,
  };
}

export function mrLocalizer(site: MrSite): MrStep {
  return mr(site, 'T1GRE2D', 'axial', {
    product: 'localizer',
    role: 'localizer',
    slices: 9,
    thickness: 8,
    gap: 10,
    field: Math.max(site.field, 300),
    takes: 20,
  });
}

/** The apparent diffusion coefficient map that makers compute beside a diffusion series. */
export function adcOf(source: MrStep): MrStep {
  const { b: _, ...rest } = source;
  return { ...rest, product: 'adc', role: 'ADC', takes: 0 };
}

export function mipOf(source: MrStep): MrStep {
  return { ...source, product: 'mip', role: 'MIP', slices: 18, takes: 0 };
}

export function mprOf(source: MrStep, plane: PlaneName): MrStep {
  return { ...source, product: 'mpr', plane, role: `MPR ${plane}`, thickness: 2, slices: 40, takes: 0 };
}

/** Sets the time of every step from what came before it; products share the time of their source. */
export function timeline(steps: readonly Step[]): Step[] {
  let clock = 0;
  let last = 0;
  return steps.map((step) => {
    if (step.takes === 0) return { ...step, at: last };
    clock += step.pause ?? 25;
    last = clock;
    const timed = { ...step, at: clock };
    clock += step.takes ?? 60;
    return timed;
  });
}

export interface CtSite {
  range: readonly [number, number];
  field: number;
  centreX?: number;
  side?: 'L' | 'R';
}

export interface ScanOptions {
  at: number;
  acquisition: number;
  /** Thicknesses and kernels that are reconstructed of this scan. */
  recons: readonly (readonly [number, CtStep['kernel']])[];
  gated?: boolean;
  range?: readonly [number, number];
}

/** The reconstructions of one CT scan: same time, same acquisition, several thicknesses and kernels. */
export function scan(site: CtSite, phase: CtPhaseName, options: ScanOptions): CtStep[] {
  return options.recons.map(([thickness, kernel]) => ({
    ...ctBase(site, phase, options),
    product: 'axial',
    plane: 'axial',
    role: `${phase} ${thickness} mm`,
    thickness,
    kernel,
  }));
}

function ctBase(site: CtSite, phase: CtPhaseName, options: ScanOptions): CtStep {
  return {
    kind: 'ct',
    role: phase,
    at: options.at,
    product: 'axial',
    plane: 'axial',
    phase,
    acquisition: options.acquisition,
    range: options.range ?? site.range,
    thickness: 5,
    kernel: 'soft',
    field: site.field,
    ...(options.gated === undefined ? {} : { gated: options.gated }),
    ...(site.side === undefined ? {} : { side: site.side }),
    ...(site.centreX === undefined ? {} : { centreX: site.centreX }),
  };
}

export function ctScout(site: CtSite): CtStep {
  return {
    ...ctBase(site, 'plain', { at: 0, acquisition: 1, recons: [] }),
    product: 'scout',
    plane: 'coronal',
    role: 'scout',
  };
}

/** Single slices while the bolus arrives. */
export function monitor(site: CtSite, at: number, acquisition: number): CtStep {
  const middle = (site.range[0] + site.range[1]) / 2;
  return {
    ...ctBase(site, 'enhanced', { at, acquisition, recons: [], range: [middle, middle + 5] }),
    product: 'monitor',
    role: 'monitoring',
  };
}

/** A reconstruction of a scan: reformat, projection, rendering, curved. */
export function ctRecon(
  source: CtStep | undefined,
  product: 'mpr' | 'mip' | 'vr' | 'cpr',
  plane: PlaneName = 'coronal',
): CtStep[] {
  if (source === undefined) return [];
  return [{ ...source, product, plane, role: `${product} ${plane}`, thickness: product === 'mpr' ? 3 : 5 }];
}

export function other(what: OtherStep['what'], at: number): OtherStep {
  return { kind: 'other', what, at, role: what };
}

/** What the makers' software adds to every study. */
export function extras(maker: Maker, modality: 'CT' | 'MR', at: number, random: Random): OtherStep[] {
  const added: OtherStep[] = [];
  if (modality === 'CT' && random.chance(0.8)) added.push(other('dose', at));
  if (modality === 'CT' && ['ge', 'siemens', 'philips', 'canon'].includes(maker) && random.chance(0.6))
    added.push(other('screen', at));
  if (modality === 'MR' && (maker === 'siemens' || maker === 'xa') && random.chance(0.5))
    added.push(other('protocol', at));
  if (random.chance(0.1)) added.push(other('keyImages', at));
  if (random.chance(0.15)) added.push(other('presentation', at));
  return added;
}

export function radiograph(region: string, view: XrStep['view'], more: Partial<XrStep> = {}): XrStep {
  return {
    kind: 'xr',
    role: view,
    at: 0,
    modality: 'DX',
    region,
    view,
    detector: 'SCINTILLATOR',
    ...more,
  };
}
