import { because, say } from './bilingual.ts';
import { after, called } from './names.ts';
import type { Physics } from './physics.ts';
import type { SeriesName } from './seriesNames.ts';
import type { MrAttributes } from './summary.ts';
import type { Claim } from './techniqueClaims.ts';
import type { Because, Weighting } from './types.ts';
import type { WeightingFinding } from './weightingFinding.ts';

/** Which technique is the closer description where a series is two at once; other pairs contradict each other. */
const CLOSER: Readonly<Partial<Record<Weighting, readonly Weighting[]>>> = {
  MAP: ['ADC', 'DWI', 'PERF', 'OTHER', 'SWI'],
  ADC: ['DWI'],
  PERF: ['OTHER', 'CEMRA'],
  HYDRO: ['OTHER'],
  SWI: ['OTHER'],
  TOF: ['OTHER'],
  PC: ['OTHER', 'CEMRA'],
  CEMRA: ['OTHER'],
  OTHER: ['DWI'],
};

function outranks(a: Claim, b: Claim): boolean {
  if (a.weighting === b.weighting || a.weighting === 'LOCALIZER') return true;
  if (b.weighting === 'LOCALIZER') return false;
  // the phase of a flow measurement is its velocity image
  if (b.byProduct === true) return a.weighting === 'PC' || a.weighting === 'MAP';
  if (a.byProduct === true) return b.weighting !== 'PC' && b.weighting !== 'MAP';
  return CLOSER[a.weighting]?.includes(b.weighting) ?? false;
}

function reasonOf(claim: Claim): Because {
  return because(
    'weighting',
    claim.source,
    `“${claim.said}”${after('表明为', called(claim.weighting).zh)}`,
    `"${claim.said}" means ${called(claim.weighting).en}`,
  );
}

/** The technique that all claims can agree on; contradicting claims, and words that physics refutes, leave it unknown. */
export function settleTechnique(
  claims: readonly Claim[],
  mr: MrAttributes,
  timing: Physics | null,
  name: SeriesName | null,
  manufacturer: string,
): WeightingFinding {
  const winner = claims.find((claim) => claims.every((other) => outranks(claim, other)));
  if (winner === undefined) {
    const firsts = claims.filter(
      (claim, index) => claims.findIndex((other) => other.weighting === claim.weighting) === index,
    );
    return undecided(
      firsts.map((claim) => claim.weighting),
      timing,
      firsts.map(reasonOf),
    );
  }
  const supporting = claims.filter((claim) => claim.weighting === winner.weighting);
  const reasons = supporting.slice(0, 3).map(reasonOf);
  const objection = objectionTo(winner.weighting, supporting, mr, name, manufacturer);
  if (objection !== null) return undecided([winner.weighting], timing, [...reasons, objection]);
  const sources = new Set(supporting.map((claim) => claim.source)).size;
  return {
    weighting: winner.weighting,
    possible: [],
    confidence: sources > 1 ? 0.98 : 0.85,
    because: reasons,
  };
}

function undecided(
  weightings: readonly Weighting[],
  timing: Physics | null,
  reasons: Because[],
): WeightingFinding {
  return {
    weighting: 'unknown',
    possible: [...new Set([...weightings, ...(timing?.possible ?? [])])],
    confidence: 0.2,
    because: reasons,
  };
}

/** A physical reason against what only words claim, or a name against a lone b-value. */
function objectionTo(
  technique: Weighting,
  supporting: readonly Claim[],
  mr: MrAttributes,
  name: SeriesName | null,
  manufacturer: string,
): Because | null {
  const sequence = mr.scanningSequence;
  const te = mr.te?.max ?? null;
  const object = (zh: string, en: string): Because => ({
    fact: 'weighting',
    source: 'ScanningSequence, EchoTime',
    text: say(zh, en),
  });
  if (sequence.length === 0) return null;
  const onlyB = supporting.every((claim) => claim.source === mr.bValueSource);
  if (onlyB && !sequence.includes('EP') && name !== null && name.text.read('base').length > 0)
    return object(
      `${sequence.join('\\')} 不是 EPI，名称“${name.text.text}”也非弥散`,
      `${sequence.join('\\')} is no EPI and the name "${name.text.text}" is not of diffusion`,
    );
  if (!supporting.every((claim) => claim.source === 'SeriesDescription' || claim.source === 'ProtocolName'))
    return null;
  const gradient = sequence.includes('GR');
  switch (technique) {
    case 'DWI':
      if (gradient && !sequence.includes('EP'))
        return object('梯度回波且非 EPI，与弥散不符', 'a gradient echo without EPI does not fit diffusion');
      // Philips writes SE for echo-planar diffusion
      if (
        !sequence.includes('EP') &&
        mr.bValues.length === 0 &&
        !/philips/i.test(manufacturer) &&
        !spinEchoDiffusion(name)
      )
        return object(
          `${sequence.join('\\')} 不是 EPI，也未记录 b 值，与弥散不符`,
          `${sequence.join('\\')} is no EPI and records no b-value, which does not fit diffusion`,
        );
      return te !== null && te < 30
        ? object(`TE ${te} ms 过短，与弥散不符`, `TE ${te} ms is too short for diffusion`)
        : null;
    case 'TOF':
    case 'PC':
    case 'CEMRA':
    case 'SWI':
      return gradient || sequence.includes('RM')
        ? null
        : object(
            `${sequence.join('\\')} 不是梯度回波，${after('与', called(technique).zh)}不符`,
            `${sequence.join('\\')} is no gradient echo and does not fit ${called(technique).en}`,
          );
    case 'HYDRO':
      if (te !== null && te >= 100) return null;
      if (gradient ? isBalanced(mr) : mr.sequenceVariant.includes('SS')) return null;
      return object(
        `TE ${te ?? '未知'} 不足以构成重 T2，也不是稳态自由进动`,
        `TE ${te ?? 'unknown'} is not heavily T2-weighted, nor is this a balanced steady state`,
      );
    default:
      return null;
  }
}

/** Diffusion by a train of spin echoes says so in its name. */
function spinEchoDiffusion(name: SeriesName | null): boolean {
  return /tse|fse|haste|blade|propeller|multivane|fase|jet|ssh|splice/.test(name?.text.normal ?? '');
}

/** Least flip angle (degrees) of balanced sequences; spoiled ones that are as fast use less. */
const BALANCED_FLIP = 25;

function isBalanced(mr: MrAttributes): boolean {
  return mr.sequenceVariant.includes('SS') || (mr.flip?.max ?? BALANCED_FLIP) >= BALANCED_FLIP;
}
