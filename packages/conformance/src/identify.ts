import { attribute } from './attribution.ts';
import { because, say } from './bilingual.ts';
import type { Catalogue, CatalogueItem } from './catalogue.ts';
import { choose, expand, type Category } from './chooseItem.ts';
import type { ClassifiedSeries } from './classify.ts';
import type { ContrastFinding } from './contrast.ts';
import { harder, type MappedExam } from './examMapping.ts';
import { contrastOf, parseOrder, type OrderedExam } from './order.ts';
import { listed } from './names.ts';
import { contradiction, sourceName } from './orderDoubt.ts';
import { compatible } from './regions.ts';
import { isPaired, sideDoubt } from './sides.ts';
import type { StudySummary } from './summary.ts';
import { examsFromSeries, gather, majority, ownSeries, textsOf } from './seriesEvidence.ts';
import { unlistedPurpose, unlistedRadiograph } from './unlistedExam.ts';
import type { Because, Bilingual, StudyConformance } from './types.ts';

export interface Candidate {
  item: CatalogueItem;
  /** Regions of the exam that selected the item; several entries are judged apart. */
  parts: string[][];
  because: Because[];
  /** Why a person must confirm that this is the item, if so. */
  doubt: Bilingual | null;
  /** Why the region is not certain, if so. */
  regionDoubt: Bilingual | null;
}

export interface Identification {
  candidates: Candidate[];
  notListed: StudyConformance['notListed'] | null;
  /** True where exams of different parts share the study, so that series must be told apart. */
  severalParts: boolean;
  /** The parts that were ordered, those on no item too. */
  parts: string[][];
  /** Which of them a series is of. */
  attribution: Map<ClassifiedSeries, number>;
}

function categoryOf(modality: string): Category | null {
  if (modality === 'CT' || modality === 'MR' || modality === 'MG') return modality;
  return ['DX', 'CR', 'DR', 'RG'].includes(modality) ? 'DR' : null;
}

/** Chooses the catalogue items a study is judged on, in the order of trust of its sources. */
export function identify(
  study: StudySummary,
  series: readonly ClassifiedSeries[],
  catalogue: Catalogue,
  contrast: ContrastFinding,
  mapped: MappedExam | null,
): Identification {
  const acquired = series.filter((one) => one.acquired);
  const categories = new Set(
    acquired.map((one) => categoryOf(one.summary.modality)).filter((c) => c !== null),
  );
  if (categories.size === 0 && (mapped !== null || study.orderTexts.length > 0)) {
    // of an ordered exam only localizers or reports arrived
    for (const one of series) {
      const category = categoryOf(one.summary.modality);
      if (category !== null) categories.add(category);
    }
  }
  if (categories.size === 0) return none(say('没有可供判定的影像序列', 'there is no image series to judge'));
  if (series.some((one) => one.summary.modality === 'PT' || one.summary.modality === 'NM'))
    return none(say('核医学融合检查不在互认清单内', 'hybrid nuclear medicine exams are not on the list'));
  const purpose = unlistedPurpose(study, acquired);
  if (purpose !== null && mapped === null) return none(purpose);
  if (mapped !== null) {
    const found = fixed(mapped, catalogue, series);
    for (const category of categories) doubtSides(found, category, study, acquired);
    return found;
  }
  const merged: Identification = {
    candidates: [],
    notListed: null,
    severalParts: false,
    parts: [],
    attribution: new Map(),
  };
  for (const category of categories) {
    const own = acquired.filter((one) => categoryOf(one.summary.modality) === category);
    const found = identifyCategory(category, study, series, own, catalogue, contrast);
    doubtSides(found, category, study, own);
    merged.candidates.push(...found.candidates);
    merged.severalParts ||= found.severalParts;
    for (const [one, part] of found.attribution) merged.attribution.set(one, part + merged.parts.length);
    merged.parts.push(...found.parts);
    merged.notListed ??= found.notListed;
  }
  if (merged.candidates.length === 0) {
    merged.notListed ??= {
      reason: 'NOT_IN_LIST',
      text: say('没有互认项目所需的诊断序列', 'there is no diagnostic series of any item'),
    };
  }
  return merged;
}

/** A person must say which side was examined where the order and the images do not agree. */
function doubtSides(
  found: Identification,
  category: Category,
  study: StudySummary,
  acquired: readonly ClassifiedSeries[],
): void {
  const paired = found.candidates.filter((one) => one.doubt === null && one.parts.some(isPaired));
  if (paired.length === 0) return;
  const own = acquired.filter((one) => categoryOf(one.summary.modality) === category);
  const doubt = sideDoubt(category, textsOf(study, own), own);
  if (doubt !== null) for (const candidate of paired) candidate.doubt = doubt;
}

function none(text: Bilingual, reason: 'NOT_IN_LIST' | 'NOT_ELIGIBLE' = 'NOT_IN_LIST'): Identification {
  return {
    candidates: [],
    notListed: { reason, text },
    severalParts: false,
    parts: [],
    attribution: new Map(),
  };
}

function fixed(
  { items, because: reasons }: MappedExam,
  catalogue: Catalogue,
  all: readonly ClassifiedSeries[],
): Identification {
  if (items.length === 0)
    return none(
      say(
        '按本院检查项目对照表，此检查不在互认清单内',
        'by the hospital’s exam table this exam is not on the list',
      ),
    );
  const parts = [...new Map(items.map((item) => [item.selector.regions[0], item.selector.regions])).values()];
  const asksForContrast = items.some((item) => contrastItem(item));
  const post = all.some((one) => one.acquired && one.facts.contrast === 'post');
  return {
    candidates: items.map((item) => {
      const instead = post && !asksForContrast ? harder(item, catalogue) : null;
      const chosen = instead?.item ?? item;
      return {
        item: chosen,
        parts: [chosen.selector.regions],
        because: reasons,
        doubt: instead?.doubt ?? null,
        regionDoubt: null,
      };
    }),
    notListed: null,
    severalParts: parts.length > 1,
    parts,
    attribution: new Map(attribute(all, parts)),
  };
}

function contrastItem(item: CatalogueItem): boolean {
  return !['plain', 'radiograph', 'mammography', 'mra', 'mrv', 'hydrography'].includes(
    item.selector.technique,
  );
}

function identifyCategory(
  category: Category,
  study: StudySummary,
  all: readonly ClassifiedSeries[],
  own: readonly ClassifiedSeries[],
  catalogue: Catalogue,
  contrast: ContrastFinding,
): Identification {
  const modality = category === 'DR' ? 'DX' : category;
  const fluoroscopy = category === 'DR' ? unlistedRadiograph(study.orderTexts) : null;
  if (fluoroscopy !== null) return none(fluoroscopy);
  const evidence = gather(own, contrast);
  const ordered = textsOf(study, own)
    .map(({ source, text }) => ({ source, text, exams: parseOrder(text, modality) }))
    .filter((one) => one.exams.length > 0);
  const seriesRegions = majority(own);
  let exams: OrderedExam[];
  let reasons: Because[];
  let doubt: Bilingual | null = null;
  let regionDoubt: Bilingual | null = null;
  const first = ordered[0];
  if (first !== undefined) {
    exams = first.exams;
    reasons = [because('item', first.source, `“${first.text}”`, `"${first.text}"`)];
    const mine = exams.flatMap((exam) => exam.regions);
    const other = ordered
      .slice(1)
      .find((one) => !one.exams.some((exam) => exam.regions.some((region) => compatible(region, mine))));
    if (other !== undefined) {
      exams = [...exams, ...other.exams];
      doubt = say(
        `检查部位互相矛盾：${sourceName(first.source).zh}“${first.text}”，${sourceName(other.source).zh}“${other.text}”`,
        `the exam texts contradict each other: ${sourceName(first.source).en} "${first.text}", ${sourceName(other.source).en} "${other.text}"`,
      );
    } else if (
      seriesRegions.strong.length > 0 &&
      !seriesRegions.strong.some((region) => compatible(region, mine))
    ) {
      doubt = say(
        `申请为“${first.text}”，而序列描述的部位为${listed(seriesRegions.strong).zh}，互相矛盾`,
        `"${first.text}" was ordered, but the series name the ${listed(seriesRegions.strong).en}`,
      );
    }
    doubt ??= contradiction(category, first, ordered.slice(1));
    for (const later of ordered.slice(1)) {
      for (const exam of later.exams) {
        const same = exams.find(
          (known) =>
            known.angio.length === exam.angio.length &&
            known.regions.some((region) => exam.regions.includes(region)),
        );
        if (same !== undefined) same.contrast ??= exam.contrast;
      }
    }
  } else {
    const spoken =
      study.orderTexts.map(({ text }) => contrastOf(text)).find((value) => value !== null) ?? null;
    const regions = seriesRegions.strong.length > 0 ? seriesRegions.strong : seriesRegions.weak;
    if (category === 'MG') regions.push('breast');
    if (regions.length === 0)
      return none(
        say(
          '头信息中没有检查部位，无法对应到互认项目',
          'the headers name no body part, so no item can be chosen',
        ),
      );
    exams = examsFromSeries(category, [...new Set(regions)], spoken, evidence);
    reasons = own
      .flatMap((one) => one.facts.because.filter((reason) => reason.fact === 'bodyRegion'))
      .slice(0, 3);
    if (seriesRegions.strong.length === 0 && category !== 'MG')
      regionDoubt = say(
        '部位仅见于设备预设的 BodyPartExamined，该字段常有误',
        'the part is named by BodyPartExamined alone, which is often wrong',
      );
  }
  const parts = [
    ...new Map(
      exams.map((exam) => [
        exam.regions[0],
        [...new Set([...exam.regions, ...expand(exam, category, evidence)])],
      ]),
    ).values(),
  ];
  // texts that contradict each other speak of one exam
  const severalParts = doubt === null && parts.length > 1;
  const attribution = severalParts ? attribute(all, parts) : new Map<ClassifiedSeries, number>();
  const result: Identification = { candidates: [], notListed: null, severalParts, parts, attribution };
  for (const exam of exams) {
    const at = parts.findIndex((part) => part[0] === exam.regions[0]);
    const shown = severalParts ? gather(ownSeries(own, exam, attribution, at), contrast) : evidence;
    for (const region of expand(exam, category, shown)) {
      const choice = choose(category, region, exam, shown, catalogue);
      if ('notListed' in choice) {
        result.notListed ??= choice.notListed;
        continue;
      }
      for (const item of choice.items)
        add(result, {
          item,
          parts: [
            region === 'limb' || region === 'lower-limb-artery'
              ? [...new Set([region, ...exam.regions])]
              : [region],
          ],
          because: reasons,
          doubt: choice.doubt ?? doubt,
          regionDoubt: choice.regionDoubt ?? regionDoubt,
        });
    }
  }
  if (result.candidates.length > 0) result.notListed = null;
  return result;
}

function add(result: Identification, candidate: Candidate): void {
  const known = result.candidates.find((one) => one.item === candidate.item);
  if (known === undefined) result.candidates.push(candidate);
  else
    known.parts.push(...candidate.parts.filter((part) => !known.parts.some((other) => other[0] === part[0])));
}
