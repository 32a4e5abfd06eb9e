import { because, say } from './bilingual.ts';
import type { Catalogue, CatalogueItem } from './catalogue.ts';
import { choose, expand, type Category, type Evidence } from './chooseItem.ts';
import type { ClassifiedSeries } from './classify.ts';
import type { ContrastFinding } from './contrast.ts';
import { normaliseExamName } from './examNames.ts';
import { contrastOf, parseOrder, type OrderedExam } from './order.ts';
import { listed } from './names.ts';
import { contradiction, sourceName } from './orderDoubt.ts';
import { compatible } from './regions.ts';
import type { StudySummary } from './summary.ts';
import type { Because, Bilingual, StudyConformance } from './types.ts';

/** One row of a hospital's own exam code table. */
export interface ExamMappingEntry {
  /** The hospital's exam code as it comes in a procedure code sequence. */
  code?: string;
  scheme?: string;
  /** Or the exact exam name as it comes in a description. */
  name?: string;
  /** Items of the catalogue; empty means the exam is on no item. */
  itemCodes: string[];
}

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
  mapping: readonly ExamMappingEntry[],
): Identification {
  const acquired = series.filter((one) => one.acquired);
  const categories = new Set(
    acquired.map((one) => categoryOf(one.summary.modality)).filter((c) => c !== null),
  );
  if (categories.size === 0) return none(say('没有可供判定的影像序列', 'there is no image series to judge'));
  if (series.some((one) => one.summary.modality === 'PT' || one.summary.modality === 'NM'))
    return none(say('核医学融合检查不在互认清单内', 'hybrid nuclear medicine exams are not on the list'));
  const mapped = byMapping(study, catalogue, mapping) ?? byLoinc(study, catalogue);
  if (mapped !== null) return mapped;
  const merged: Identification = { candidates: [], notListed: null, severalParts: false };
  for (const category of categories) {
    const own = acquired.filter((one) => categoryOf(one.summary.modality) === category);
    const found = identifyCategory(category, study, own, catalogue, contrast);
    merged.candidates.push(...found.candidates);
    merged.severalParts ||= found.severalParts;
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

function none(text: Bilingual, reason: 'NOT_IN_LIST' | 'NOT_ELIGIBLE' = 'NOT_IN_LIST'): Identification {
  return { candidates: [], notListed: { reason, text }, severalParts: false };
}

function byMapping(
  study: StudySummary,
  catalogue: Catalogue,
  mapping: readonly ExamMappingEntry[],
): Identification | null {
  if (mapping.length === 0) return null;
  const names = new Set(study.orderTexts.map(({ text }) => normaliseExamName(text)));
  const hits = mapping.filter(
    (entry) =>
      (entry.code !== undefined &&
        study.procedureCodes.some(
          (code) =>
            code.value === entry.code &&
            (entry.scheme === undefined || code.scheme === entry.scheme.toUpperCase()),
        )) ||
      (entry.name !== undefined && names.has(normaliseExamName(entry.name))),
  );
  if (hits.length === 0) return null;
  const codes = [...new Set(hits.flatMap((entry) => entry.itemCodes))];
  const reasons = hits.map((entry) =>
    because(
      'item',
      'examMapping',
      `本院检查项目“${entry.code ?? entry.name ?? ''}”已在对照表中`,
      `the hospital’s exam "${entry.code ?? entry.name ?? ''}" is in its exam table`,
    ),
  );
  const items = catalogue.items.filter((item) => codes.includes(item.code));
  if (items.length === 0)
    return none(
      say(
        '按本院检查项目对照表，此检查不在互认清单内',
        'by the hospital’s exam table this exam is not on the list',
      ),
    );
  return fixed(items, reasons);
}

function byLoinc(study: StudySummary, catalogue: Catalogue): Identification | null {
  const codes = study.procedureCodes.filter((code) => code.scheme === 'LN');
  if (codes.length === 0) return null;
  const items = catalogue.items.filter((item) =>
    item.identification.loinc.some((own) => codes.some((code) => code.value === own.code)),
  );
  if (items.length === 0) return null;
  return fixed(
    items,
    codes.map((code) =>
      because('item', 'ProcedureCodeSequence', `LOINC ${code.value}`, `LOINC ${code.value}`),
    ),
  );
}

function fixed(items: CatalogueItem[], reasons: Because[]): Identification {
  return {
    candidates: items.map((item) => ({
      item,
      parts: [item.selector.regions],
      because: reasons,
      doubt: null,
      regionDoubt: null,
    })),
    notListed: null,
    severalParts: new Set(items.map((item) => item.selector.regions[0])).size > 1,
  };
}

function identifyCategory(
  category: Category,
  study: StudySummary,
  own: readonly ClassifiedSeries[],
  catalogue: Catalogue,
  contrast: ContrastFinding,
): Identification {
  const modality = category === 'DR' ? 'DX' : category;
  const evidence = gather(own, contrast);
  const ordered = study.orderTexts
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
    doubt ??= contradiction(category, first, ordered.slice(1), own);
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
  const result: Identification = {
    candidates: [],
    notListed: null,
    // texts that contradict each other speak of one exam
    severalParts: doubt === null && new Set(exams.map((exam) => exam.regions[0])).size > 1,
  };
  for (const exam of exams) {
    const shown = exams.length === 1 ? evidence : gather(ownSeries(own, exam), contrast);
    for (const region of expand(exam, category, shown)) {
      const choice = choose(category, region, exam, shown, catalogue);
      if ('notListed' in choice) {
        result.notListed ??= choice.notListed;
        continue;
      }
      for (const item of choice.items)
        add(result, {
          item,
          parts: [[region]],
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

function gather(own: readonly ClassifiedSeries[], contrast: ContrastFinding): Evidence {
  const shows = own.filter((one) => one.facts.contrast === 'post');
  return {
    post: shows.length > 0,
    possible: shows.length === 0 && !contrast.silent,
    weightings: new Set(own.map((one) => one.facts.weighting ?? '')),
    coverageMm: Math.max(0, ...own.map((one) => one.facts.coverageMm ?? 0)),
    angioWords: new Set(
      own.flatMap((one) => [...one.description.read('angio'), ...one.protocol.read('angio')]),
    ),
  };
}

/** Series that name the part of an exam; where none does, all. */
function ownSeries(own: readonly ClassifiedSeries[], exam: OrderedExam): readonly ClassifiedSeries[] {
  const named = own.filter((one) => one.regions.strong.some((region) => compatible(region, exam.regions)));
  return named.length > 0 ? named : own;
}

/** Regions the series name most often, words and codes apart from BodyPartExamined. */
function majority(own: readonly ClassifiedSeries[]): { strong: string[]; weak: string[] } {
  const count = (of: (one: ClassifiedSeries) => string[]): string[] => {
    const votes = new Map<string, number>();
    for (const one of own) for (const region of of(one)) votes.set(region, (votes.get(region) ?? 0) + 1);
    const most = Math.max(0, ...votes.values());
    return [...votes].filter(([, n]) => n * 2 > most).map(([region]) => region);
  };
  return { strong: count((one) => one.regions.strong), weak: count((one) => one.regions.weak) };
}

/** Without an order the series say which exams were made. */
function examsFromSeries(
  category: Category,
  regions: string[],
  contrast: OrderedExam['contrast'],
  evidence: Evidence,
): OrderedExam[] {
  if (category !== 'MR')
    return regions.map((region) => ({ regions: [region], contrast, angio: [...evidence.angioWords] }));
  const has = (...names: string[]): boolean => names.some((name) => evidence.weightings.has(name));
  const venous = evidence.angioWords.has('mrv');
  return regions.flatMap((region) => {
    const exams: OrderedExam[] = [];
    if (has('T1', 'T2', 'PD', 'FLAIR', 'DWI', 'unknown'))
      exams.push({ regions: [region], contrast, angio: [] });
    if (has('TOF', 'PC', 'CEMRA') && ['head', 'neck', 'head-neck'].includes(region))
      exams.push({ regions: [region], contrast, angio: [venous ? 'mrv' : 'mra'] });
    if (has('HYDRO') && !has('T1', 'T2')) exams.push({ regions: [region], contrast, angio: ['hydrography'] });
    return exams;
  });
}
