import type { ClassifiedSeries } from './classify.ts';
import { doubt, no, YES, type Match } from './match.ts';
import { after, called, listed } from './names.ts';

/** Whether an MR series has one of the wanted weightings. */
export function matchWeighting(series: ClassifiedSeries, wanted: readonly string[]): Match {
  const { weighting } = series.facts;
  if (weighting !== null && wanted.includes(weighting)) {
    if (weighting === 'DWI' || series.summary.mr?.scanningSequence.includes('EP') !== true) return YES;
    return ['T1', 'T2', 'PD', 'FLAIR'].includes(weighting)
      ? doubt(
          series,
          (name) => `${name}为平面回波（EPI），能否代替常规序列须人工确认`,
          (name) => `${name} is echo-planar; whether it stands for the usual series is for a person to say`,
        )
      : YES;
  }
  if (weighting === null) return no('不是磁共振序列', 'is not MR');
  if (wanted.includes('HYDRO')) {
    const fluid = hydrographic(series);
    if (fluid !== null) return fluid;
  }
  if (weighting !== 'unknown') return no(after('为', called(weighting).zh), `is ${called(weighting).en}`);
  if (series.possible !== null && !series.possible.some((one) => wanted.includes(one)))
    return no(after('可能为', listed(series.possible).zh), `may be ${listed(series.possible).en}`);
  const reasons = series.facts.because.filter((reason) => reason.fact === 'weighting');
  const zh = reasons.map((reason) => reason.text.zh).join('；');
  const en = reasons.map((reason) => reason.text.en).join('; ');
  return doubt(
    series,
    (name) => `${name}的加权无法判定${zh === '' ? '' : `（${zh}）`}；在序列名中写明加权即可判定`,
    (name) =>
      `the weighting of ${name} cannot be told${en === '' ? '' : ` (${en})`}; naming it in the series description would decide it`,
  );
}

/** Echo times (ms) of three-dimensional T2 scans from which they may show, and surely show, fluid alone. */
const FLUID_TE = { maybe: 100, sure: 150 } as const;

/** Fluid is also shown by three-dimensional scans that are not named after it: heavily T2-weighted or balanced ones. */
function hydrographic(series: ClassifiedSeries): Match | null {
  const { mr } = series.summary;
  if (mr?.acquisitionType !== '3D') return null;
  if (
    series.facts.weighting === 'OTHER' &&
    /fiesta|trufi|ffe|fisp|ssfp|ciss|btfe/.test(series.description.normal)
  )
    return YES;
  if (series.facts.weighting !== 'T2') return null;
  const te = mr.te?.min ?? null;
  if (te !== null && te >= FLUID_TE.sure) return YES;
  return te === null || te >= FLUID_TE.maybe
    ? doubt(
        series,
        (name) => `${name}为三维 T2，是否为水成像无法判定；在序列名中写明水成像即可判定`,
        (name) =>
          `whether the three-dimensional T2 ${name} is hydrography cannot be told; naming it so would decide it`,
      )
    : null;
}
