import type { Attribution } from './attribution.ts';
import type { Category, Evidence } from './chooseItem.ts';
import type { ClassifiedSeries } from './classify.ts';
import type { ContrastFinding } from './contrast.ts';
import type { OrderedExam } from './order.ts';
import { compatible } from './regions.ts';
import type { StudySummary } from './summary.ts';
import { readText } from './text.ts';

/** Exam texts; where none names a part, the protocol name that all series share stands for them. */
export function textsOf(study: StudySummary, own: readonly ClassifiedSeries[]): StudySummary['orderTexts'] {
  if (study.orderTexts.some(({ text }) => readText(text).read('regions').length > 0)) return study.orderTexts;
  const [name, ...others] = new Set(own.map((one) => one.summary.protocolName));
  if (name === undefined || name === '' || others.length > 0) return study.orderTexts;
  return [...study.orderTexts, { source: 'ProtocolName', text: name }];
}

/** What the series of an exam show. */
export function gather(own: readonly ClassifiedSeries[], contrast: ContrastFinding): Evidence {
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

/** Series of the part of an exam; where none is told, those that name it, or all. */
export function ownSeries(
  own: readonly ClassifiedSeries[],
  exam: OrderedExam,
  attribution: Attribution,
  part: number,
): readonly ClassifiedSeries[] {
  const told = own.filter((one) => attribution.get(one) === part);
  if (told.length > 0) return told;
  const named = own.filter((one) => one.regions.strong.some((region) => compatible(region, exam.regions)));
  return named.length > 0 ? named : own;
}

/** Regions the series name most often, words and codes apart from BodyPartExamined. */
export function majority(own: readonly ClassifiedSeries[]): { strong: string[]; weak: string[] } {
  const count = (of: (one: ClassifiedSeries) => string[]): string[] => {
    const votes = new Map<string, number>();
    for (const one of own) for (const region of of(one)) votes.set(region, (votes.get(region) ?? 0) + 1);
    const most = Math.max(0, ...votes.values());
    return [...votes].filter(([, n]) => n * 2 > most).map(([region]) => region);
  };
  return { strong: count((one) => one.regions.strong), weak: count((one) => one.regions.weak) };
}

/** Without an order the series say which exams were made. */
export function examsFromSeries(
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
