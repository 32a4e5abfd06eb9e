import { say } from './bilingual.ts';
import type { CatalogueItem } from './catalogue.ts';
import type { ClassifiedSeries } from './classify.ts';
import type { ContrastFinding } from './contrast.ts';
import { called } from './names.ts';
import type { Acquisition } from './phase.ts';
import type { StudySummary } from './summary.ts';
import type { Bilingual, Evidence, RequirementStatus } from './types.ts';

/** A series that may belong to the exam being judged. */
export interface Eligible {
  series: ClassifiedSeries;
  /** False where it cannot be told whether it belongs to the exam. */
  certain: boolean;
  /** Why it is not certain. */
  why: Bilingual | null;
}

/** Everything a requirement is judged on. */
export interface Judged {
  item: CatalogueItem;
  study: StudySummary;
  eligible: readonly Eligible[];
  acquisitions: readonly Acquisition[];
  contrast: ContrastFinding;
  regions: readonly string[];
  /** Set where the sides of a paired part are judged apart. */
  side: 'L' | 'R' | null;
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
  const gap = /^[\x20-\x7e]/.test(what.zh) ? ' ' : '';
  const lower = /^[A-Z][a-z]/.test(what.en) ? what.en.slice(0, 1).toLowerCase() + what.en.slice(1) : what.en;
  const zh = `${judged.settled ? '缺少' : '尚未收到'}${gap}${what.zh}${found === null ? '' : `；${found.zh}`}`;
  const en = `${judged.settled ? 'missing' : 'not yet received'}: ${lower}${found === null ? '' : `; ${found.en}`}`;
  return refused(say(zh, en), evidence);
}

/** How a series is called in a sentence. */
export function nameOf(series: ClassifiedSeries): Bilingual {
  const { seriesNumber, seriesDescription } = series.facts;
  const number = seriesNumber === null ? '' : `#${seriesNumber} `;
  return seriesDescription === ''
    ? say(`${number}无描述序列`, `${number}unnamed series`)
    : say(`${number}${seriesDescription}`, `${number}${seriesDescription}`);
}

/** A list of series in a sentence. */
export function namesOf(series: readonly ClassifiedSeries[], most = 3): Bilingual {
  const names = series.slice(0, most).map(nameOf);
  const more = series.length > most;
  return say(
    `${names.map((name) => name.zh).join('；')}${more ? '等' : ''}`,
    `${names.map((name) => name.en).join('; ')}${more ? ' and others' : ''}`,
  );
}

/** Why an uncertain series does not count. */
export function doubtOf(eligible: Eligible): Bilingual {
  const name = nameOf(eligible.series);
  return (
    eligible.why ??
    say(
      `“${name.zh}”属于哪一部位无法判定；在序列名或 BodyPartExamined 中写明部位即可判定`,
      `which part "${name.en}" belongs to cannot be told; a series name or BodyPartExamined that says it would decide it`,
    )
  );
}

export function evidenceOf(series: ClassifiedSeries, zh: string, en: string): Evidence {
  return { seriesInstanceUid: series.facts.seriesInstanceUid, note: say(zh, en) };
}

/** What was understood of a series, in a few words. */
export function describe(series: ClassifiedSeries): Bilingual {
  const { facts } = series;
  const zh: string[] = [];
  const en: string[] = [];
  const add = (a: string, b: string): void => {
    zh.push(a);
    en.push(b);
  };
  const addBoth = (name: Bilingual): void => {
    add(name.zh, name.en);
  };
  const { weighting, phase } = facts;
  if (weighting !== null && weighting !== 'unknown') {
    const name = called(weighting);
    const fat = facts.fatSat === 'yes' && weighting !== 'DWI';
    add(`${fat ? '压脂 ' : ''}${name.zh}`, `${fat ? 'fat-suppressed ' : ''}${name.en}`);
  }
  if (facts.plane !== 'unknown') addBoth(called(facts.plane));
  if (phase !== null && phase !== 'unknown' && phase !== 'dynamic') addBoth(called(phase));
  else if (facts.contrast !== 'unknown')
    addBoth(called(facts.contrast === 'pre' ? 'PRE_CONTRAST' : 'POST_CONTRAST'));
  if (facts.bValues.length > 0) add(`b=${facts.bValues.join('/')}`, `b=${facts.bValues.join('/')}`);
  if (facts.thicknessMm !== null && facts.modality === 'CT')
    add(`层厚 ${facts.thicknessMm} mm`, `${facts.thicknessMm} mm slices`);
  if (facts.derived !== null) addBoth(called(facts.derived));
  if (facts.view !== null) addBoth(called(facts.view));
  if (facts.view !== null && facts.laterality !== null && facts.laterality !== 'unknown')
    addBoth(called(facts.laterality));
  return zh.length === 0 ? say('影像', 'images') : say(zh.join('，'), en.join(', '));
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

/** Those of them that certainly belong to the exam; only they prove anything. */
export function certain(judged: Judged): ClassifiedSeries[] {
  return judged.eligible.filter((one) => one.certain && one.series.acquired).map((one) => one.series);
}
