import { say } from './bilingual.ts';
import type { ClassifiedSeries } from './classify.ts';
import {
  absent,
  acquired,
  certain,
  doubtOf,
  nameOf,
  note,
  refused,
  satisfied,
  undecided,
  type Judged,
  type Outcome,
} from './judgement.ts';
import { called, listed } from './names.ts';
import { readText } from './text.ts';
import type { ProjectionAttributes } from './summary.ts';
import type { Bilingual } from './types.ts';

type ProjectionImage = ProjectionAttributes['images'][number];

/** Widest in-plane field, and nearest to the midline, for both sides to be in one image (mm). */
const BOTH_FIELD = 300;
const BOTH_CENTRE = 40;

export function judgeBothSides(judged: Judged): Outcome {
  const sides = new Set<string>();
  for (const series of certain(judged)) {
    for (const image of series.summary.projection?.images ?? []) if (image.side !== '') sides.add(image.side);
    if (series.facts.laterality !== null && series.facts.laterality !== 'unknown')
      sides.add(series.facts.laterality);
  }
  if (sides.has('B') || (sides.has('L') && sides.has('R')))
    return satisfied(say('左右两侧均有', 'both sides are present'), certain(judged).slice(0, 1).map(note));
  const wide = certain(judged).find((series) => {
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
        `“${nameOf(wide).zh}”视野 ${Math.round(wide.summary.geometry.fieldOfViewMm?.[1] ?? 0)} mm 且居中，含双侧`,
        `"${nameOf(wide).en}" has a centred field of ${Math.round(wide.summary.geometry.fieldOfViewMm?.[1] ?? 0)} mm that holds both sides`,
      ),
      [note(wide)],
    );
  const only = [...sides][0];
  if (sides.size === 1 && only !== undefined)
    return absent(
      judged,
      say('另一侧', 'the other side'),
      say(`只有${called(only).zh}`, `there is only the ${called(only).en} side`),
    );
  return undecided(
    say(
      '左右侧无法判定；填写 Laterality、在序列名中写明侧别，或视野含双侧，即可判定',
      'the sides cannot be told; Laterality, a series name that says the side, or a field that holds both would decide it',
    ),
  );
}

export function judgeImages(judged: Judged, min: number): Outcome {
  const imagesOf = (
    list: readonly ClassifiedSeries[],
  ): { series: ClassifiedSeries; image: ProjectionImage }[] =>
    list.flatMap((series) => (series.summary.projection?.images ?? []).map((image) => ({ series, image })));
  const images = imagesOf(certain(judged));
  const good = images.filter(({ image }) => image.presentation === 'FOR PRESENTATION');
  if (good.length >= min)
    return satisfied(
      say(
        `${good.length} 幅诊断用影像`,
        `${good.length} image${good.length === 1 ? '' : 's'} for presentation`,
      ),
      [...new Set(good.map(({ series }) => series))].map(note),
    );
  if (images.some(({ image }) => image.presentation === ''))
    return undecided(
      say(
        '未写明是否为诊断用影像；填写 PresentationIntentType 即可判定',
        'the headers do not say whether the images are for presentation; PresentationIntentType would decide it',
      ),
    );
  const open = judged.eligible.find(
    (one) =>
      !one.certain &&
      imagesOf([one.series]).some(
        ({ image }) => one.series.acquired && image.presentation !== 'FOR PROCESSING',
      ),
  );
  if (open !== undefined) return undecided(doubtOf(open), [note(open.series)]);
  return absent(
    judged,
    say('诊断用影像', 'an image for presentation'),
    images.length > 0
      ? say('只有未处理的原始图像（FOR PROCESSING）', 'there are only unprocessed images (FOR PROCESSING)')
      : null,
  );
}

export function judgeDetector(judged: Judged, types: readonly string[]): Outcome {
  const seen = [
    ...new Set(acquired(judged).flatMap((series) => series.summary.projection?.detectorTypes ?? [])),
  ];
  if (seen.length === 0)
    return undecided(
      say(
        '未写探测器类型；填写 DetectorType（DIRECT 或 SCINTILLATOR）即可判定',
        'the detector type is missing; DetectorType (DIRECT or SCINTILLATOR) would decide it',
      ),
    );
  if (seen.every((type) => types.includes(type)))
    return satisfied(
      say(`平板探测器（${seen.join('、')}）`, `flat-panel detector (${seen.join(', ')})`),
      acquired(judged).slice(0, 1).map(note),
    );
  return refused(
    say(
      `探测器为 ${seen.join('、')}，不是平板探测器`,
      `the detector is ${seen.join(', ')}, not a flat panel`,
    ),
  );
}

/** Views of mammography: every examined breast needs the view in an image for presentation. */
export function judgeView(judged: Judged, view: string, label: Bilingual): Outcome {
  const found = new Map<string, ClassifiedSeries>();
  const examined = new Set<string>();
  let open = false;
  for (const series of certain(judged)) {
    const words = series.description.read('views');
    const spot = series.description.read('spot').length > 0;
    const sideWord = series.facts.laterality;
    for (const image of series.summary.projection?.images ?? []) {
      if (image.presentation === 'FOR PROCESSING' || image.spot || spot) continue;
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
  const name = called(view);
  if (examined.size === 1 && missing.length === 0 && orderedBothSides(judged)) {
    const side = listed([...examined]);
    return undecided(
      say(
        `申请为双侧，只有${side.zh}影像，另一侧是否缺如须人工确认`,
        `both breasts were ordered and only the ${side.en} one is there; a person must say why`,
      ),
      [...found.values()].map(note),
    );
  }
  if (examined.size > 0 && missing.length === 0) {
    const sides = listed([...found.keys()].sort());
    return satisfied(
      say(`${sides.zh}均有${name.zh}`, `${name.en} present: ${sides.en}`),
      [...found.values()].map(note),
    );
  }
  if (open)
    return undecided(
      say(
        '部分图像未写体位、侧别或用途；填写 ViewPosition、ImageLaterality 和 PresentationIntentType 即可判定',
        'some images record no view, side or presentation intent; ViewPosition, ImageLaterality and PresentationIntentType would decide it',
      ),
    );
  return absent(
    judged,
    label,
    missing.length === 0
      ? null
      : say(`${listed(missing).zh}没有${name.zh}`, `none of the ${listed(missing).en} breast`),
  );
}

function orderedBothSides(judged: Judged): boolean {
  return judged.study.orderTexts.some(({ text }) => readText(text).read('laterality').includes('B'));
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
    : satisfied(say(`局部加压：${nameOf(hit).zh}`, `spot compression: ${nameOf(hit).en}`), [note(hit)]);
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
  for (const series of certain(judged)) {
    const coded = (series.summary.projection?.positions ?? [])
      .map((code) => POSITION_CODES[code])
      .find((one) => one !== undefined && wanted.includes(one));
    const written = [series.description, series.protocol]
      .flatMap((text) => text.read('positions'))
      .find((one) => wanted.includes(one));
    const found = coded ?? written;
    if (found !== undefined)
      return satisfied(say(`体位：${called(found).zh}`, `position: ${called(found).en}`), [note(series)]);
  }
  const ordered = judged.study.orderTexts
    .flatMap(({ text }) => readText(text).read('positions'))
    .find((one) => wanted.includes(one));
  if (ordered !== undefined)
    return satisfied(
      say(`检查名称写明体位：${called(ordered).zh}`, `the exam name says ${called(ordered).en}`),
    );
  return undecided(
    say(
      '头信息和检查名称均未写体位（立位、卧位、倒立位）；在检查名称或序列名中写明即可判定',
      'neither the headers nor the exam name say erect, recumbent or inverted; an exam or series name that says it would decide it',
    ),
  );
}

/** For information: which projections there are. */
export function judgeViewsSeen(judged: Judged): Outcome {
  const shown = acquired(judged).filter((series) => series.facts.view !== null);
  const views = [...new Set(shown.map((series) => series.facts.view ?? ''))];
  return views.length > 0
    ? satisfied(say(`投照体位：${listed(views).zh}`, `views: ${listed(views).en}`), shown.map(note))
    : undecided(
        say('未写投照体位；填写 ViewPosition 即可判定', 'no view is recorded; ViewPosition would decide it'),
      );
}
