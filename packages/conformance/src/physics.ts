import type { MrAttributes } from './summary.ts';
import type { Weighting } from './types.ts';

/** What timing parameters allow a series to be, and the parameters that say so. */
export interface Physics {
  possible: Weighting[];
  source: string;
  zh: string;
  en: string;
}

function describe(mr: MrAttributes): string {
  const parts: string[] = [];
  if (mr.scanningSequence.length > 0) parts.push(mr.scanningSequence.join('\\'));
  if (mr.tr !== null) parts.push(`TR ${Math.round(mr.tr.min * 10) / 10}`);
  if (mr.te !== null) parts.push(`TE ${Math.round(mr.te.min * 10) / 10}`);
  if (mr.ti !== null) parts.push(`TI ${Math.round(mr.ti.min)}`);
  if (mr.flip !== null) parts.push(`FA ${Math.round(mr.flip.min)}`);
  return parts.join(', ');
}

/** Echo time (ms) from which a 3D spin echo may be hydrography. */
const THIN_HEAVY_TE = 180;
/** Echo times (ms) below this are ultra-short. */
const ULTRA_SHORT = 0.5;

/**
 * The weightings that echo time, repetition time, inversion time (ms) and flip angle (degrees) allow. The
 * repetition time of inversion-prepared gradient echo means different things per vendor and is not used
 * there; echo train length is used nowhere. Null where too little is known.
 */
export function physics(mr: MrAttributes, manufacturer: string): Physics | null {
  const possible = allowed(mr, manufacturer);
  if (possible === null || possible.length === 0) return null;
  const text = describe(mr);
  return {
    possible,
    source: 'RepetitionTime, EchoTime, InversionTime',
    zh: `${text}（ms、度）`,
    en: `${text} (ms, degrees)`,
  };
}

function allowed(mr: MrAttributes, manufacturer: string): Weighting[] | null {
  const te = mr.te?.max ?? null;
  const tr = mr.tr?.max ?? null;
  const sequence = new Set(mr.scanningSequence);
  if (sequence.has('RM') && te === null) return null;
  if (sequence.has('EP') && te === null) return null;
  if (sequence.has('EP'))
    return sequence.has('GR')
      ? ['OTHER', 'PERF', 'T2STAR', 'DWI']
      : ['DWI', 'ADC', 'OTHER', 'PERF', 'T2', 'FLAIR'];
  if (te === null) return null;
  if (sequence.has('GR') && !sequence.has('SE')) return gradientEcho(mr, te, tr);
  if (sequence.has('SE') || sequence.has('IR')) return spinEcho(mr, te, tr, /siemens/i.test(manufacturer));
  if (sequence.size > 0) return null;
  if (tr !== null && tr < 100) return gradientEcho(mr, te, tr);
  if (mr.ti !== null && te < 10) return ['T1'];
  const spin = spinEcho(mr, te, tr, /siemens/i.test(manufacturer)) ?? [];
  return [
    ...new Set<Weighting>([
      ...spin,
      ...(te >= 40 ? (['DWI', 'OTHER'] as const) : (['T1', 'T2STAR', 'OTHER'] as const)),
    ]),
  ];
}

function spinEcho(mr: MrAttributes, te: number, tr: number | null, siemens: boolean): Weighting[] | null {
  const inversion = mr.scanningSequence.includes('IR') || mr.ti !== null;
  const ti = mr.ti?.max ?? null;
  if (inversion && ti !== null) {
    if (ti >= 80 && ti < 300) return te >= 40 ? ['T2'] : te >= 20 ? ['T2', 'PD', 'T1'] : ['T1', 'PD', 'T2'];
    if (ti < 1400 && te <= 50) return ['T1'];
    if (ti >= 1200 && te >= 60) return ['FLAIR'];
    return te >= 60 ? ['FLAIR', 'T2'] : ['T1', 'PD'];
  }
  if (inversion) return te >= 60 ? ['FLAIR', 'T2'] : ['T1', 'T2', 'PD'];
  const pdLimit = siemens ? 50 : 40;
  if (te <= 30) {
    if (tr === null) return ['T1', 'PD'];
    if (tr <= 1200) return ['T1'];
    return tr < 2200 ? ['T1', 'PD'] : ['PD'];
  }
  if (te < pdLimit) return tr !== null && tr <= 1200 ? ['T1', 'PD'] : ['PD'];
  if (te < 60) return ['PD', 'T2'];
  const long: Weighting[] = ['T2'];
  if (tr !== null && tr >= 4000 && te >= 70 && mr.scanningSequence.length === 0) long.push('FLAIR');
  if (te >= 500 || (te >= THIN_HEAVY_TE && thinVolume(mr))) long.push('HYDRO');
  return long;
}

/** Thin 3D spin echo: nerves and labyrinth are imaged so with an echo time far shorter than a thick slab's. */
function thinVolume(mr: MrAttributes): boolean {
  return mr.acquisitionType === '3D' && mr.scanningSequence.includes('SE');
}

function gradientEcho(mr: MrAttributes, te: number, tr: number | null): Weighting[] {
  const flip = mr.flip?.max ?? null;
  // signal read before it decays: T1 or proton density by the flip angle, which overlap
  if (te < ULTRA_SHORT) return ['T1', 'PD', 'OTHER'];
  const variant = new Set(mr.sequenceVariant);
  const threeD = mr.acquisitionType === '3D';
  if (te < 10 && (mr.ti !== null || mr.scanningSequence.includes('IR'))) return ['T1'];
  if (te < 8 && variant.has('MP')) return ['T1'];
  if (variant.has('SS') && !variant.has('SP') && tr !== null && tr < 12 && flip !== null && flip >= 30)
    return ['OTHER', 'HYDRO', 'T2'];
  if (te >= 10) return threeD && tr !== null && tr < 80 ? ['SWI', 'T2STAR'] : ['T2STAR', 'SWI', 'OTHER'];
  if (tr === null) return ['T1', 'T2STAR', 'TOF', 'PC', 'OTHER', 'PD'];
  if (tr < 12) {
    if (flip === null) return ['T1', 'CEMRA', 'OTHER', 'PC'];
    if (flip < 8) return ['T1', 'PD', 'OTHER', 'PC'];
    return flip < 18 ? ['T1', ...(threeD ? [] : (['OTHER'] as const))] : ['T1', 'CEMRA', 'OTHER'];
  }
  if (tr <= 60) return ['TOF', 'T1', 'PC', 'OTHER', 'SWI'];
  if (tr <= 330) return flip !== null && flip >= 50 ? ['T1'] : ['T1', 'PD', 'T2STAR', 'OTHER'];
  return ['T1', 'T2STAR', 'PD', 'OTHER'];
}
