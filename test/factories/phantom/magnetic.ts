import type { HeadTissue } from './headTissues.ts';
import type { KneeTissue } from './knee.ts';

/** Relaxation and diffusion of a tissue at 3 T (about): times in ms, density relative to water, diffusion in 10⁻³ mm²/s. */
export interface Tissue {
  t1: number;
  t2: number;
  density: number;
  diffusion: number;
  /** Fat: suppressed by a fat-saturated sequence. */
  fat?: boolean;
  /** T1 in ms after contrast, where it takes any up. */
  t1After?: number;
}

const tissue = (
  t1: number,
  t2: number,
  density: number,
  diffusion = 0.8,
  extra: Partial<Tissue> = {},
): Tissue => ({ t1, t2, density, diffusion, ...extra });

const FAT = tissue(380, 90, 0.95, 0.05, { fat: true });
const MUSCLE = tissue(1400, 34, 0.8, 1.4);
const VOID = tissue(1000, 5, 0.01, 0);
const BONE = tissue(900, 4, 0.06, 0);

export const HEAD_MAGNETISM: Record<HeadTissue, Tissue> = {
  air: VOID,
  skin: tissue(900, 38, 0.65, 0.6, { t1After: 620 }),
  fat: FAT,
  muscle: MUSCLE,
  cortex: BONE,
  diploe: tissue(500, 60, 0.5, 0.1, { fat: true }),
  thinBone: tissue(900, 10, 0.2, 0.1),
  csf: tissue(4200, 1800, 1, 3),
  grey: tissue(1450, 100, 0.84, 0.82),
  white: tissue(860, 76, 0.72, 0.72),
  deepGrey: tissue(1250, 84, 0.82, 0.76),
  pallidum: tissue(1050, 62, 0.77, 0.75),
  cerebellum: tissue(1300, 92, 0.83, 0.76),
  brainstem: tissue(950, 82, 0.75, 0.74),
  vessel: tissue(1900, 14, 0.5, 2.5, { t1After: 160 }),
  dura: tissue(1100, 30, 0.5, 0.5, { t1After: 320 }),
  mucosa: tissue(1500, 180, 0.9, 1.6, { t1After: 420 }),
  eye: tissue(3900, 1400, 0.98, 2.8),
  lens: tissue(1200, 30, 0.6, 0.5),
  calcium: tissue(1000, 30, 0.45, 0.6),
  infarct: tissue(1600, 138, 0.9, 0.38),
  gliosis: tissue(1350, 150, 0.86, 1.05),
  mass: tissue(1800, 180, 0.92, 1.25, { t1After: 700 }),
  massRim: tissue(1500, 112, 0.86, 0.85, { t1After: 260 }),
  oedema: tissue(1700, 190, 0.92, 1.5),
};

export const KNEE_MAGNETISM: Record<KneeTissue, Tissue> = {
  air: VOID,
  skin: tissue(1000, 30, 0.6),
  fat: FAT,
  muscle: MUSCLE,
  marrow: tissue(420, 72, 0.85, 0.05, { fat: true }),
  cortex: BONE,
  cartilage: tissue(1200, 38, 0.82),
  meniscus: tissue(1000, 9, 0.32),
  tear: tissue(1500, 60, 0.85),
  ligament: tissue(1000, 8, 0.28),
  crossed: tissue(1000, 18, 0.4),
  fluid: tissue(3600, 700, 1),
  vessel: tissue(1900, 14, 0.35),
  oedema: tissue(1300, 80, 0.92),
  hoffa: { ...FAT, density: 0.9 },
};

/** What a sequence weights: times in ms, flip angle in degrees, b in s/mm². */
export interface Sequence {
  repetitionTime: number;
  echoTime: number;
  inversionTime?: number;
  flipAngle?: number;
  /** Share of the fat signal that is left, 1 without suppression. */
  fatLeft?: number;
  bValue?: number;
  afterContrast?: boolean;
}

/** Signal of a tissue between 0 and about 1: spin echo, inversion recovery (magnitude), diffusion. */
export function signal(of: Tissue, sequence: Sequence): number {
  const t1 = sequence.afterContrast === true ? (of.t1After ?? of.t1) : of.t1;
  const { repetitionTime, echoTime, inversionTime, bValue = 0 } = sequence;
  const recovery =
    inversionTime === undefined
      ? 1 - Math.exp(-repetitionTime / t1)
      : Math.abs(1 - 2 * Math.exp(-inversionTime / t1) + Math.exp(-repetitionTime / t1));
  const fat = of.fat === true ? (sequence.fatLeft ?? 1) : 1;
  // J-coupling keeps fat bright in trains of echoes
  const t2 = of.fat === true ? of.t2 * 1.7 : of.t2;
  return of.density * fat * recovery * Math.exp(-echoTime / t2) * Math.exp((-bValue * of.diffusion) / 1000);
}
