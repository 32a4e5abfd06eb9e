import { say } from './bilingual.ts';
import type { CatalogueRequirement, PlaneId } from './catalogue.ts';
import type { ClassifiedSeries } from './classify.ts';
import {
  absent,
  describe,
  evidenceOf,
  nameOf,
  refused,
  satisfied,
  undecided,
  type Judged,
  type Outcome,
} from './judgement.ts';
import { matchPlane } from './seriesRule.ts';
import { readText } from './text.ts';
import type { Bilingual, Evidence } from './types.ts';

type Expr = CatalogueRequirement['expr'];

const PLANE_ZH = { TRA: '横断位', SAG: '矢状位', COR: '冠状位' } as const;
/** Weightings whose series show the planes of an exam. */
const SHOWS_PLANES = new Set(['T1', 'T2', 'T2STAR', 'PD', 'FLAIR', 'HYDRO', 'unknown']);

function note(series: ClassifiedSeries): Evidence {
  return evidenceOf(series, describe(series).zh, describe(series).en);
}

function acquired(judged: Judged): ClassifiedSeries[] {
  return judged.eligible.map((one) => one.series).filter((series) => series.acquired);
}

export function judgeModality(judged: Judged, expr: Expr): Outcome {
  const wanted = expr.modality ?? [];
  const hit = acquired(judged).filter((series) => wanted.includes(series.summary.modality));
  if (hit.length > 0)
    return satisfied(
      say(`设备类型${wanted.join('、')}`, `modality ${wanted.join(', ')}`),
      hit.slice(0, 1).map(note),
    );
  const open = acquired(judged).find((series) => expr.undecidedFor?.includes(series.summary.modality));
  if (open !== undefined)
    return undecided(
      say(
        `设备类型为${open.summary.modality}，是否视为DR由人员判定`,
        `the modality is ${open.summary.modality}; whether it counts is for a person to decide`,
      ),
      [note(open)],
    );
  return refused(say(`设备类型不是${wanted.join('、')}`, `the modality is not ${wanted.join(', ')}`));
}

export function judgeRegion(judged: Judged, expr: Expr): Outcome {
  if (expr.anyRegionOf !== undefined) {
    const named = new Set([
      ...judged.regions,
      ...acquired(judged).flatMap((series) => series.facts.bodyRegion),
    ]);
    const segments = expr.anyRegionOf.filter((region) => named.has(region));
    if (segments.length > 0)
      return satisfied(say(`节段：${segments.join('、')}`, `segment: ${segments.join(', ')}`));
    return undecided(
      say('未写明颈、胸、腰、骶哪一节段', 'the headers do not say which segment of the spine'),
    );
  }
  if (judged.regionDoubt !== null) return undecided(judged.regionDoubt);
  const hit = acquired(judged)[0];
  if (hit === undefined) return absent(judged, say('该部位的影像', 'images of this part'));
  return satisfied(
    say(
      `部位与检查项目一致（${judged.regions.join('、')}）`,
      `the part agrees with the item (${judged.regions.join(', ')})`,
    ),
    [note(hit)],
  );
}

export function judgePlanes(judged: Judged, spec: NonNullable<Expr['planes']>): Outcome {
  const missing: PlaneId[] = [];
  const open: Bilingual[] = [];
  const evidence: Evidence[] = [];
  const check = (plane: PlaneId): 'yes' | 'maybe' | 'no' => {
    let result: 'yes' | 'maybe' | 'no' = 'no';
    for (const { series, certain } of judged.eligible) {
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
      if (match.fit === 'yes' && certain) {
        evidence.push(note(series));
        return 'yes';
      }
      if (match.fit !== 'no') {
        result = 'maybe';
        open.push(
          match.why ??
            say(
              `“${nameOf(series)}”属于哪一部位无法判定`,
              `which part "${nameOf(series)}" belongs to cannot be told`,
            ),
        );
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
  const names = [
    ...hard.map((plane) => PLANE_ZH[plane]),
    ...(anyMissing && !any.includes('maybe') ? [spec.anyOf.map((plane) => PLANE_ZH[plane]).join('或')] : []),
  ];
  if (names.length > 0) {
    const english = [...hard, ...(anyMissing ? [spec.anyOf.join(' or ')] : [])].join(', ');
    return absent(judged, say(`${names.join('、')}序列`, `${english} series`), null, evidence);
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
  for (const { series } of judged.eligible) {
    const { derived } = series.facts;
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
      if (plane === 'yes')
        return satisfied(say(`找到：${nameOf(series)}`, `found: ${nameOf(series)}`), [note(series)]);
      if (plane === 'maybe')
        open ??= say(`“${nameOf(series)}”的方位无法判定`, `the plane of "${nameOf(series)}" cannot be told`);
    } else if (direct)
      return satisfied(
        say(`直接冠状位或矢状位扫描：${nameOf(series)}`, `scanned directly in the plane: ${nameOf(series)}`),
        [note(series)],
      );
    else if (derived === 'SCREEN' && series.facts.because.some((reason) => reason.source === 'SOPClassUID')) {
      open ??= say(
        `“${nameOf(series)}”为二次获取图像，内容无法判定`,
        `"${nameOf(series)}" is a secondary capture of unknown content`,
      );
    }
  }
  return open === null ? absent(judged, label) : undecided(open);
}

export function judgeCoverage(judged: Judged, least: number): Outcome {
  const known = acquired(judged).filter(
    (series) => series.facts.coverageMm !== null && series.facts.plane === 'axial',
  );
  const widest = known.sort((a, b) => (b.facts.coverageMm ?? 0) - (a.facts.coverageMm ?? 0))[0];
  if (widest === undefined)
    return undecided(
      say(
        '没有层面位置，无法计算覆盖范围',
        'slice positions are missing, so the coverage cannot be computed',
      ),
    );
  const mm = Math.round(widest.facts.coverageMm ?? 0);
  if (mm >= least) return satisfied(say(`覆盖${mm}mm`, `covers ${mm} mm`), [note(widest)]);
  return refused(say(`覆盖${mm}mm，建议≥${least}mm`, `covers ${mm} mm, at least ${least} mm advised`), [
    note(widest),
  ]);
}

export function judgeGating(judged: Judged): Outcome {
  const hit = acquired(judged).find((series) => series.gated);
  return hit === undefined
    ? undecided(say('头信息中没有心电门控标记', 'the headers show no sign of ECG gating'))
    : satisfied(say(`心电门控：${nameOf(hit)}`, `ECG-gated: ${nameOf(hit)}`), [note(hit)]);
}

/** Widest in-plane field, and nearest to the midline, for both sides to be in one image (mm). */
const BOTH_FIELD = 300;
const BOTH_CENTRE = 40;

export function judgeBothSides(judged: Judged): Outcome {
  const sides = new Set<string>();
  for (const series of acquired(judged)) {
    for (const image of series.summary.projection?.images ?? []) if (image.side !== '') sides.add(image.side);
    if (series.facts.laterality !== null && series.facts.laterality !== 'unknown')
      sides.add(series.facts.laterality);
  }
  if (sides.has('B') || (sides.has('L') && sides.has('R')))
    return satisfied(say('左右两侧均有', 'both sides are present'), acquired(judged).slice(0, 1).map(note));
  const wide = acquired(judged).find((series) => {
    const { fieldOfViewMm, centreX } = series.summary.geometry;
    return (
      fieldOfViewMm !== null &&
      fieldOfViewMm[1] >= BOTH_FIELD &&
      centreX !== null &&
      Math.abs(centreX) <= BOTH_CENTRE &&
      (series.facts.plane === 'axial' || series.facts.plane === 'coronal')
    );
  });
  if (wide !== undefined)
    return satisfied(
      say(
        `“${nameOf(wide)}”视野${Math.round(wide.summary.geometry.fieldOfViewMm?.[1] ?? 0)}mm居中，含双侧`,
        `"${nameOf(wide)}" has a centred field of ${Math.round(wide.summary.geometry.fieldOfViewMm?.[1] ?? 0)} mm that holds both sides`,
      ),
      [note(wide)],
    );
  const only = [...sides][0];
  if (sides.size === 1 && only !== undefined)
    return absent(
      judged,
      say('另一侧', 'the other side'),
      say(`只有${only === 'L' ? '左' : '右'}侧`, `only ${only === 'L' ? 'left' : 'right'}`),
    );
  return undecided(say('左右侧无法判定', 'the sides cannot be told'));
}

export function judgeImages(judged: Judged, min: number): Outcome {
  const images = acquired(judged).flatMap((series) =>
    (series.summary.projection?.images ?? []).map((image) => ({ series, image })),
  );
  const good = images.filter(({ image }) => image.presentation === 'FOR PRESENTATION');
  const first = good[0];
  if (first !== undefined && good.length >= min)
    return satisfied(say(`${good.length}幅诊断用影像`, `${good.length} images for presentation`), [
      note(first.series),
    ]);
  if (images.some(({ image }) => image.presentation === ''))
    return undecided(
      say('未写明是否为诊断用影像（PresentationIntentType）', 'PresentationIntentType is missing'),
    );
  return absent(
    judged,
    say('诊断用影像', 'an image for presentation'),
    images.length > 0 ? say('只有FOR PROCESSING图像', 'there are only images FOR PROCESSING') : null,
  );
}

export function judgeDetector(judged: Judged, types: readonly string[]): Outcome {
  const seen = [
    ...new Set(acquired(judged).flatMap((series) => series.summary.projection?.detectorTypes ?? [])),
  ];
  if (seen.length === 0) return undecided(say('未写探测器类型（DetectorType）', 'DetectorType is missing'));
  if (seen.every((type) => types.includes(type)))
    return satisfied(
      say(`探测器：${seen.join('、')}`, `detector: ${seen.join(', ')}`),
      acquired(judged).slice(0, 1).map(note),
    );
  return refused(
    say(`探测器为${seen.join('、')}，不是平板探测器`, `detector ${seen.join(', ')} is not a flat panel`),
  );
}

/** Views of mammography: every examined breast needs the view in an image for presentation. */
export function judgeView(judged: Judged, view: string, label: Bilingual): Outcome {
  const found = new Map<string, ClassifiedSeries>();
  const examined = new Set<string>();
  let open = false;
  for (const series of acquired(judged)) {
    const words = series.description.read('views');
    const sideWord = series.facts.laterality;
    for (const image of series.summary.projection?.images ?? []) {
      if (image.presentation === 'FOR PROCESSING' || image.spot) continue;
      const side = image.side !== '' ? image.side : sideWord === 'L' || sideWord === 'R' ? sideWord : '';
      const seen = image.view !== '' ? image.view : words.length === 1 ? (words[0] ?? '') : '';
      if (side === '' || seen === '' || image.presentation === '') open = true;
      for (const one of side === 'B' ? ['L', 'R'] : side === '' ? [] : [side]) {
        examined.add(one);
        if (seen === view && image.presentation === 'FOR PRESENTATION') found.set(one, series);
      }
    }
  }
  const missing = [...examined].filter((side) => !found.has(side));
  if (examined.size > 0 && missing.length === 0)
    return satisfied(
      say(
        `${[...found.keys()]
          .sort()
          .map((s) => (s === 'L' ? '左' : '右'))
          .join('、')}侧均有${view}位`,
        `${view} present for ${[...found.keys()].sort().join(', ')}`,
      ),
      [...found.values()].map(note),
    );
  if (open)
    return undecided(
      say('部分图像未写体位、侧别或用途', 'some images record no view, side or presentation intent'),
    );
  return absent(
    judged,
    label,
    say(
      `${missing.map((s) => (s === 'L' ? '左' : '右')).join('、')}侧没有${view}位`,
      `no ${view} for ${missing.join(', ')}`,
    ),
  );
}

export function judgeSpot(judged: Judged): Outcome {
  const hit = acquired(judged).find(
    (series) =>
      series.description.read('spot').length > 0 ||
      (series.summary.projection?.images.some((image) => image.spot) ?? false),
  );
  return hit === undefined
    ? undecided(
        say('是否需要局部加压属临床判断', 'whether spot compression was needed is a clinical judgement'),
      )
    : satisfied(say(`局部加压：${nameOf(hit)}`, `spot compression: ${nameOf(hit)}`), [note(hit)]);
}

const POSITION_CODES: Readonly<Record<string, string>> = {
  C86043: 'ERECT',
  '10904000': 'ERECT',
  'F-10440': 'ERECT',
  '102538003': 'RECUMBENT',
  '40199007': 'RECUMBENT',
  'F-10450': 'RECUMBENT',
  'F-10340': 'RECUMBENT',
  '34106002': 'INVERTED',
};

export function judgePosition(judged: Judged, wanted: readonly string[]): Outcome {
  for (const series of acquired(judged)) {
    const coded = (series.summary.projection?.positions ?? [])
      .map((code) => POSITION_CODES[code])
      .find((one) => one !== undefined && wanted.includes(one));
    const written = [series.description, series.protocol]
      .flatMap((text) => text.read('positions'))
      .find((one) => wanted.includes(one));
    const found = coded ?? written;
    if (found !== undefined) return satisfied(say(`体位：${found}`, `position: ${found}`), [note(series)]);
  }
  const ordered = judged.study.orderTexts
    .flatMap(({ text }) => readText(text).read('positions'))
    .find((one) => wanted.includes(one));
  if (ordered !== undefined)
    return satisfied(say(`体位见检查名称：${ordered}`, `position named by the exam: ${ordered}`));
  return undecided(
    say(
      '头信息和检查名称均未写体位（立位、卧位、倒立位）',
      'neither the headers nor the exam name say erect, recumbent or inverted',
    ),
  );
}

/** For information: which projections there are. */
export function judgeViewsSeen(judged: Judged): Outcome {
  const views = [
    ...new Set(
      acquired(judged)
        .map((series) => series.facts.view)
        .filter((view) => view !== null),
    ),
  ];
  return views.length > 0
    ? satisfied(say(`体位：${views.join('、')}`, `views: ${views.join(', ')}`))
    : undecided(say('未写投照体位', 'no view is recorded'));
}
