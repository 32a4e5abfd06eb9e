import { say } from './bilingual.ts';
import type { ClassifiedSeries } from './classify.ts';
import {
  absent,
  acquired,
  nameOf,
  note,
  refused,
  satisfied,
  undecided,
  type Judged,
  type Outcome,
} from './judgement.ts';
import { readText } from './text.ts';
import type { Bilingual } from './types.ts';

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
  if (good.length >= min)
    return satisfied(
      say(`${good.length}幅诊断用影像`, `${good.length} images for presentation`),
      [...new Set(good.map(({ series }) => series))].map(note),
    );
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
