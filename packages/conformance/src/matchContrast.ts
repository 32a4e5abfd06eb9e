import type { SeriesSpec } from './catalogue.ts';
import type { ClassifiedSeries } from './classify.ts';
import type { Judged } from './judgement.ts';
import { doubt, no, YES, type Match } from './match.ts';

/** Whether a series was made before or after contrast, as wanted. */
export function matchContrast(series: ClassifiedSeries, spec: SeriesSpec, judged: Judged): Match {
  const { contrast } = series.facts;
  if (contrast !== 'unknown')
    return spec.contrast?.includes(contrast) === true
      ? YES
      : no(
          contrast === 'pre' ? '为增强前图像' : '为增强后图像',
          contrast === 'pre' ? 'was made before contrast' : 'was made after contrast',
        );
  if (
    spec.unknownCountsAs === 'pre-when-silent' &&
    judged.contrast.silent &&
    spec.contrast?.includes('pre') === true
  ) {
    return series.facts.because.some((reason) => reason.fact === 'contrast')
      ? contrastUnknown(series, judged)
      : YES;
  }
  if (judged.contrast.silent) return no('检查中没有任何增强迹象', 'nothing in the study speaks of contrast');
  return contrastUnknown(series, judged);
}

function contrastUnknown(series: ClassifiedSeries, judged: Judged): Match {
  const reasons = series.facts.because
    .filter((reason) => reason.fact === 'contrast')
    .map((reason) => reason.text);
  if (reasons.length === 0 && judged.contrast.agentEverywhere)
    reasons.push({
      zh: '所有序列均写有对比剂，不能据此区分',
      en: 'an agent is recorded on every series, which tells none of them apart',
    });
  const zh = reasons.map((reason) => reason.zh).join('；');
  const en = reasons.map((reason) => reason.en).join('; ');
  return doubt(
    series,
    (name) =>
      `${name}是增强前还是增强后无法判定${zh === '' ? '' : `（${zh}）`}；在序列名中注明平扫或增强，或填写 ContrastBolusStartTime，即可判定`,
    (name) =>
      `whether ${name} is before or after contrast cannot be told${en === '' ? '' : ` (${en})`}; a series name that says plain or enhanced, or ContrastBolusStartTime, would decide it`,
  );
}
