import { say } from './bilingual.ts';
import type { CatalogueItem } from './catalogue.ts';
import type { ClassifiedSeries } from './classify.ts';
import type { ContrastFinding } from './contrast.ts';
import type { Acquisition } from './phase.ts';
import type { StudySummary } from './summary.ts';
import type { Bilingual, Evidence, RequirementStatus } from './types.ts';

/** A series that may belong to the exam being judged. */
export interface Eligible {
  series: ClassifiedSeries;
  /** False where it cannot be told which of several exams it belongs to. */
  certain: boolean;
}

/** Everything a requirement is judged on. */
export interface Judged {
  item: CatalogueItem;
  study: StudySummary;
  eligible: readonly Eligible[];
  acquisitions: readonly Acquisition[];
  contrast: ContrastFinding;
  regions: readonly string[];
  regionDoubt: Bilingual | null;
  settled: boolean;
}

export interface Outcome {
  status: RequirementStatus;
  reason: Bilingual;
  evidence: Evidence[];
}

export function satisfied(reason: Bilingual, evidence: Evidence[] = []): Outcome {
  return { status: 'SATISFIED', reason, evidence };
}

export function undecided(reason: Bilingual, evidence: Evidence[] = []): Outcome {
  return { status: 'UNDECIDED', reason, evidence };
}

export function refused(reason: Bilingual, evidence: Evidence[] = []): Outcome {
  return { status: 'NOT_SATISFIED', reason, evidence };
}

/** What is absent is "not yet received" while the study may still be growing, and "missing" afterwards. */
export function absent(
  judged: Pick<Judged, 'settled'>,
  what: Bilingual,
  found: Bilingual | null = null,
  evidence: Evidence[] = [],
): Outcome {
  const zh = `${judged.settled ? '缺少' : '尚未收到'}${what.zh}${found === null ? '' : `；${found.zh}`}`;
  const en = `${judged.settled ? 'missing' : 'not yet received'}: ${what.en}${found === null ? '' : `; ${found.en}`}`;
  return refused(say(zh, en), evidence);
}

/** How a series is called in a sentence. */
export function nameOf(series: ClassifiedSeries): string {
  const { seriesNumber, seriesDescription } = series.facts;
  return `${seriesNumber === null ? '' : `#${seriesNumber} `}${seriesDescription === '' ? '(无描述)' : seriesDescription}`.trim();
}

export function evidenceOf(series: ClassifiedSeries, zh: string, en: string): Evidence {
  return { seriesInstanceUid: series.facts.seriesInstanceUid, note: say(zh, en) };
}

/** What was understood of a series, in a few words. */
export function describe(series: ClassifiedSeries): Bilingual {
  const { facts } = series;
  const planes: Record<string, string> = {
    axial: '横断位',
    sagittal: '矢状位',
    coronal: '冠状位',
    oblique: '斜位',
    mixed: '多方位',
  };
  const phases: Record<string, string> = {
    native: '平扫',
    arterial: '动脉期',
    'portal-venous': '门静脉期',
    delayed: '延迟期',
    excretory: '排泄期',
    enhanced: '增强',
  };
  const zh: string[] = [];
  const en: string[] = [];
  const add = (a: string, b: string): void => {
    zh.push(a);
    en.push(b);
  };
  if (facts.weighting !== null && facts.weighting !== 'unknown')
    add(
      `${facts.fatSat === 'yes' && facts.weighting !== 'DWI' ? '压脂' : ''}${facts.weighting}`,
      `${facts.fatSat === 'yes' && facts.weighting !== 'DWI' ? 'fat-suppressed ' : ''}${facts.weighting}`,
    );
  const plane = planes[facts.plane];
  if (plane !== undefined) add(plane, facts.plane);
  const phase = facts.phase === null ? undefined : phases[facts.phase];
  if (phase !== undefined) add(phase, facts.phase ?? '');
  else if (facts.contrast !== 'unknown')
    add(
      facts.contrast === 'pre' ? '增强前' : '增强后',
      facts.contrast === 'pre' ? 'before contrast' : 'after contrast',
    );
  if (facts.bValues.length > 0) add(`b=${facts.bValues.join('/')}`, `b=${facts.bValues.join('/')}`);
  if (facts.thicknessMm !== null && facts.modality === 'CT')
    add(`层厚${facts.thicknessMm}mm`, `${facts.thicknessMm} mm`);
  if (facts.derived !== null) add(facts.derived, facts.derived);
  return say(zh.join('，'), en.join(', '));
}

/** A series as evidence, with what was understood of it. */
export function note(series: ClassifiedSeries): Evidence {
  const { zh, en } = describe(series);
  return evidenceOf(series, zh, en);
}

/** The eligible series that are images of an acquisition. */
export function acquired(judged: Judged): ClassifiedSeries[] {
  return judged.eligible.map((one) => one.series).filter((series) => series.acquired);
}
