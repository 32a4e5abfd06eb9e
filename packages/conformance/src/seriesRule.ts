import { say } from './bilingual.ts';
import type { SeriesSpec } from './catalogue.ts';
import type { ClassifiedSeries } from './classify.ts';
import {
  absent,
  doubtOf,
  nameOf,
  namesOf,
  note,
  satisfied,
  undecided,
  type Judged,
  type Outcome,
} from './judgement.ts';
import type { Match } from './match.ts';
import { matchSeries } from './matchSeries.ts';
import type { Bilingual } from './types.ts';

/** Judges "at least `min` series like this". */
export function judgeSeries(judged: Judged, spec: SeriesSpec, min: number, label: Bilingual): Outcome {
  const sure: ClassifiedSeries[] = [];
  const open: Match[] = [];
  const openSeries: ClassifiedSeries[] = [];
  for (const one of judged.eligible) {
    const match = matchSeries(one.series, spec, judged);
    if (match.fit === 'no') continue;
    if (match.fit === 'yes' && one.certain) sure.push(one.series);
    else {
      open.push({ fit: 'maybe', why: match.why ?? doubtOf(one) });
      openSeries.push(one.series);
    }
  }
  if (sure.length >= min) {
    const names = namesOf(sure);
    return satisfied(say(`找到：${names.zh}`, `found: ${names.en}`), sure.slice(0, 6).map(note));
  }
  const why = open[0]?.why;
  if (open.length > 0 && why != null) return undecided(why, openSeries.slice(0, 6).map(note));
  return absent(judged, calledSeries(spec, label), instead(judged, spec));
}

/** How a missing series is called in a sentence. */
function calledSeries(spec: SeriesSpec, label: Bilingual): Bilingual {
  if (spec.weighting === undefined)
    return say(/序列$/.test(label.zh) ? label.zh : `${label.zh}序列`, label.en);
  if (spec.weighting.includes('DWI')) return say('弥散加权（DWI）序列', 'diffusion-weighted (DWI) series');
  return say(
    label.zh.endsWith('序列') ? label.zh : `${label.zh}${/[\x20-\x7e]$/.test(label.zh) ? ' ' : ''}序列`,
    label.en.endsWith('series') ? label.en : `${label.en} series`,
  );
}

/** What was found in place of a missing series, where that helps. */
function instead(judged: Judged, spec: SeriesSpec): Bilingual | null {
  const acquired = judged.eligible.map((one) => one.series).filter((series) => series.acquired);
  if (spec.weighting?.includes('DWI') === true) {
    const diffusion = acquired.filter((series) => series.facts.weighting === 'DWI');
    const echoPlanar = acquired.filter(
      (series) => series.summary.mr?.scanningSequence.includes('EP') === true,
    );
    const looked = diffusion.length > 0 ? diffusion : echoPlanar;
    if (looked.length > 0) {
      const highest = Math.max(0, ...looked.flatMap((series) => series.facts.bValues));
      return highest < 50
        ? say('找到的 EPI 序列 b 值均为 0', 'the EPI series found have b-values of 0 only')
        : say(
            `找到的弥散序列最高 b 值为 ${highest}，要求至少 ${spec.minB ?? 0}`,
            `the diffusion series found reach b=${highest}, at least ${spec.minB ?? 0} required`,
          );
    }
    return acquired.some((series) => series.facts.weighting === 'ADC')
      ? say('仅有 ADC 图', 'there is only an ADC map')
      : say('未找到 EPI 序列', 'no EPI series was found');
  }
  const rest: SeriesSpec = { ...spec };
  delete rest.phase;
  delete rest.maxThicknessMm;
  delete rest.acquisition;
  delete rest.minB;
  delete rest.fatSat;
  const loose: SeriesSpec = { ...rest };
  delete loose.contrast;
  for (const nearly of [rest, loose]) {
    for (const series of acquired) {
      if (matchSeries(series, nearly, judged).fit !== 'yes') continue;
      const why = matchSeries(series, spec, judged).why;
      if (why !== null) {
        const name = nameOf(series);
        return why.zh.includes(name.zh) ? why : say(`“${name.zh}”${why.zh}`, `"${name.en}" ${why.en}`);
      }
    }
  }
  return null;
}
