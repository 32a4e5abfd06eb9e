import { say } from './bilingual.ts';
import type { CatalogueRequirement, PlaneId } from './catalogue.ts';
import type { ClassifiedSeries } from './classify.ts';
import {
  absent,
  acquired,
  certain as sure,
  doubtOf,
  nameOf,
  note,
  refused,
  satisfied,
  undecided,
  type Judged,
  type Outcome,
} from './judgement.ts';
import { fragmentOf } from './fragment.ts';
import { called, listed } from './names.ts';
import { matchPlane } from './matchSeries.ts';
import type { Bilingual, Evidence } from './types.ts';

type Expr = CatalogueRequirement['expr'];

/** Weightings whose series show the planes of an exam. */
const SHOWS_PLANES = new Set(['T1', 'T2', 'T2STAR', 'PD', 'FLAIR', 'HYDRO', 'unknown']);

export function judgeModality(judged: Judged, expr: Expr): Outcome {
  const wanted = expr.modality ?? [];
  const scans = acquired(judged);
  // where only localizers or reports arrived, they say what was used
  const made = scans.length > 0 ? scans : judged.eligible.map((one) => one.series);
  const hit = made.filter((series) => wanted.includes(series.summary.modality));
  const plates = expr.undecidedFor === undefined ? [] : hit.filter(readFromPlate);
  const [plate] = plates;
  if (plate !== undefined && plates.length === hit.length && !wanted.includes('CR'))
    return undecided(
      say(
        '探测器为成像板或胶片（STORAGE、FILM），即 CR；是否视为 DR 由本地区规定，未规定时由人员判定',
        'the detector is a storage plate or a film, as of CR; whether it counts as DR is for the region to rule, or else for a person to decide',
      ),
      [note(plate)],
    );
  const [first] = hit;
  if (first !== undefined)
    return satisfied(
      say(`设备类型为 ${first.summary.modality}`, `the modality is ${first.summary.modality}`),
      [note(first)],
    );
  const open = acquired(judged).find((series) => expr.undecidedFor?.includes(series.summary.modality));
  if (open !== undefined)
    return undecided(
      say(
        `设备类型为 ${open.summary.modality}；是否视为 DR 由本地区规定，未规定时由人员判定`,
        `the modality is ${open.summary.modality}; whether it counts as DR is for the region to rule, or else for a person to decide`,
      ),
      [note(open)],
    );
  return refused(say(`设备类型不是 ${wanted.join('、')}`, `the modality is not ${wanted.join(', ')}`));
}

/** A digital radiograph whose detector is a storage plate or a film is of an older kind under another name. */
function readFromPlate(series: ClassifiedSeries): boolean {
  const types = series.summary.projection?.detectorTypes ?? [];
  return types.length > 0 && types.every((type) => type === 'STORAGE' || type === 'FILM');
}

export function judgeRegion(judged: Judged, expr: Expr): Outcome {
  if (expr.anyRegionOf !== undefined) {
    const told = judged.regions.length < expr.anyRegionOf.length ? judged.regions : [];
    const named = new Set([...told, ...acquired(judged).flatMap((series) => series.facts.bodyRegion)]);
    const segments = expr.anyRegionOf.filter((region) => named.has(region) || saysAll(judged, region));
    if (segments.length > 0)
      return satisfied(say(`节段：${listed(segments).zh}`, `segment: ${listed(segments).en}`));
    return undecided(
      say(
        '未写明颈、胸、腰、骶哪一节段；在检查名称或序列名中写明即可判定',
        'the headers do not say which segment of the spine; an exam or series name that says it would decide it',
      ),
    );
  }
  if (judged.regionDoubt !== null) return undecided(judged.regionDoubt);
  const hit = sure(judged)[0];
  if (hit === undefined && acquired(judged).length === 0) {
    const named = listed(judged.regions);
    return satisfied(
      say(
        `部位按申请（${named.zh}），尚无诊断序列`,
        `the part as ordered (${named.en}); there is no diagnostic series`,
      ),
    );
  }
  if (hit === undefined) {
    const open = judged.eligible.find((one) => one.series.acquired);
    return open === undefined
      ? absent(judged, say('该部位的影像', 'images of this part'))
      : undecided(doubtOf(open), [note(open.series)]);
  }
  const part = listed(judged.regions);
  return satisfied(say(`部位与检查项目一致（${part.zh}）`, `the part agrees with the item (${part.en})`), [
    note(hit),
  ]);
}

/** Names of several segments in one word. */
function saysAll(judged: Judged, segment: string): boolean {
  return judged.study.orderTexts.some(
    ({ text }) =>
      /全脊柱|whole spine/i.test(text) ||
      (/胸腰[段椎]/.test(text) && (segment === 'tspine' || segment === 'lspine')),
  );
}

export function judgePlanes(judged: Judged, spec: NonNullable<Expr['planes']>): Outcome {
  const missing: PlaneId[] = [];
  const open: Bilingual[] = [];
  const evidence: Evidence[] = [];
  const check = (plane: PlaneId): 'yes' | 'maybe' | 'no' => {
    let result: 'yes' | 'maybe' | 'no' = 'no';
    for (const one of judged.eligible) {
      const { series, certain } = one;
      const reformat = series.facts.derived === 'MPR' && (spec.reformattedAccepted?.includes(plane) ?? false);
      if (
        !reformat &&
        !(
          series.acquired &&
          (series.facts.weighting === null ||
            SHOWS_PLANES.has(series.facts.weighting) ||
            isSteadyState(series))
        )
      )
        continue;
      if (series.summary.modality === 'MR' && series.summary.numberOfFrames < 3) continue;
      const match = matchPlane(series, plane);
      const fragment = reformat ? null : fragmentOf(series, judged);
      if (match.fit === 'yes' && certain && fragment === null) {
        evidence.push(note(series));
        return 'yes';
      }
      if (match.fit !== 'no') {
        result = 'maybe';
        open.push(match.why ?? (certain ? fragment : null) ?? doubtOf(one));
      }
    }
    return result;
  };
  for (const plane of spec.allOf) if (check(plane) !== 'yes') missing.push(plane);
  const hard = missing.filter((plane) => check(plane) === 'no');
  const any = spec.anyOf.map((plane) => check(plane));
  const anyMissing = spec.anyOf.length > 0 && !any.includes('yes');
  if (missing.length === 0 && !anyMissing)
    return satisfied(say('方位齐全', 'all planes are present'), evidence);
  const either = anyMissing && !any.includes('maybe') ? listed(spec.anyOf, '或', ' or ') : null;
  const names = [...hard.map(called), ...(either === null ? [] : [either])];
  if (names.length > 0) {
    const zh = names.map((name) => name.zh).join('、');
    const en = names.map((name) => name.en).join(', ');
    return absent(judged, say(`${zh}序列`, `${en} series`), null, evidence);
  }
  return undecided(open[0] ?? say('方位无法判定', 'the planes cannot be told'), evidence);
}

/** Balanced steady-state series are often the only coronal of an abdomen. */
function isSteadyState(series: ClassifiedSeries): boolean {
  return (
    series.facts.weighting === 'OTHER' &&
    /trufi|fiesta|ffe|fisp|ssfp/.test(series.description.normal) &&
    !/cine|电影/.test(series.description.normal)
  );
}

export function judgeReconstruction(
  judged: Judged,
  spec: NonNullable<Expr['reconstruction']>,
  label: Bilingual,
): Outcome {
  const wanted: readonly string[] = spec.anyOf;
  let open: Bilingual | null = null;
  for (const one of judged.eligible) {
    const { series } = one;
    const { derived } = series.facts;
    const name = nameOf(series);
    const direct =
      series.acquired &&
      series.summary.modality === 'CT' &&
      wanted.includes('MPR') &&
      (spec.planes?.some((plane) => plane !== 'TRA' && matchPlane(series, plane).fit === 'yes') ?? false);
    if (derived !== null && wanted.includes(derived)) {
      const plane =
        spec.planes === undefined
          ? 'yes'
          : spec.planes.map((one) => matchPlane(series, one).fit).includes('yes')
            ? 'yes'
            : spec.planes.map((one) => matchPlane(series, one).fit).includes('maybe')
              ? 'maybe'
              : 'no';
      if (plane === 'yes' && one.certain)
        return satisfied(say(`找到：${name.zh}`, `found: ${name.en}`), [note(series)]);
      if (plane === 'yes') open ??= doubtOf(one);
      if (plane === 'maybe')
        open ??= say(
          `“${name.zh}”的方位无法判定；填写 ImageOrientationPatient 或在序列名中写明方位即可判定`,
          `the plane of "${name.en}" cannot be told; ImageOrientationPatient or a series name that says it would decide it`,
        );
    } else if (direct && one.certain)
      return satisfied(
        say(`直接冠状位或矢状位扫描：${name.zh}`, `scanned directly in the plane: ${name.en}`),
        [note(series)],
      );
    else if (derived === 'SCREEN' && series.facts.because.some((reason) => reason.source === 'SOPClassUID')) {
      open ??= say(
        `“${name.zh}”为二次获取图像，内容无法判定；以 CT 图像形式保存重建，或在序列名中写明重建方式，即可判定`,
        `"${name.en}" is a secondary capture of unknown content; reconstructions stored as CT images, or a series name that says what they are, would decide it`,
      );
    }
  }
  return open === null ? absent(judged, label) : undecided(open);
}

export function judgeCoverage(judged: Judged, least: number): Outcome {
  const known = sure(judged).filter(
    (series) => series.facts.coverageMm !== null && series.facts.plane === 'axial',
  );
  const widest = known.sort((a, b) => (b.facts.coverageMm ?? 0) - (a.facts.coverageMm ?? 0))[0];
  if (widest === undefined)
    return undecided(
      say(
        '没有层面位置，无法计算覆盖范围；填写 ImagePositionPatient 即可判定',
        'slice positions are missing, so the coverage cannot be computed; ImagePositionPatient would decide it',
      ),
    );
  const mm = Math.round(widest.facts.coverageMm ?? 0);
  if (mm >= least) return satisfied(say(`覆盖 ${mm} mm`, `covers ${mm} mm`), [note(widest)]);
  return refused(
    say(`覆盖 ${mm} mm，建议至少 ${least} mm`, `covers ${mm} mm, at least ${least} mm advised`),
    [note(widest)],
  );
}

export function judgeGating(judged: Judged): Outcome {
  const hit = sure(judged).find((series) => series.gated);
  return hit === undefined
    ? undecided(
        say(
          '头信息中没有心电门控标记；填写 CardiacSynchronizationTechnique 或在序列名中写明即可判定',
          'the headers show no sign of ECG gating; CardiacSynchronizationTechnique or a series name that says it would decide it',
        ),
      )
    : satisfied(say(`心电门控：${nameOf(hit).zh}`, `ECG-gated: ${nameOf(hit).en}`), [note(hit)]);
}
