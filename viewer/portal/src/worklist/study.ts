/** What the list derives from a study: its key, its verdict, the sentence that says why, its address in the viewer. */
import type { Verdict } from '@hutong/conformance';
import type { WorklistStudy } from '@hutong/server/contract';
import type { Words } from '../i18n/language.ts';
import type { Filters, WorklistVerdict } from './filters.ts';

/** Identity of a row: the same UID may be stored by two hospitals. */
export const studyKey = (
  study: Pick<WorklistStudy, 'studyInstanceUid'> & { hospital: { code: string } },
): string => `${study.hospital.code}/${study.studyInstanceUid}`;

const GRAVITY: readonly Verdict[] = ['FAIL', 'REVIEW', 'PASS'];

/** The one verdict a row shows: the gravest of its items, or why there is none. */
export function verdictOf(study: Pick<WorklistStudy, 'status' | 'items'>): WorklistVerdict {
  const gravest = GRAVITY.find((verdict) => study.items.some((item) => item.verdict === verdict));
  if (study.status === 'pending') return 'PENDING';
  return gravest ?? 'NOT_LISTED';
}

/** Why the row shows that verdict, one sentence an item. */
export function verdictReasons(
  study: Pick<WorklistStudy, 'status' | 'items' | 'notListed'>,
  { t, pick }: Words,
): { heading: string; text: string }[] {
  const verdict = verdictOf(study);
  if (verdict === 'PENDING') return [{ heading: '', text: t.verdictWhy.PENDING }];
  if (verdict === 'NOT_LISTED') {
    const said = study.notListed === null ? '' : pick(study.notListed.text);
    return [{ heading: '', text: said === '' ? t.verdictWhy.NOT_LISTED : said }];
  }
  return study.items.map((item) => ({
    heading: study.items.length > 1 ? pick(item.name) : '',
    text: pick(item.summary) || t.verdictWhy[item.verdict],
  }));
}

/** Labels that are shown as chips: a withdrawn one is none. */
export const shownLabels = (study: Pick<WorklistStudy, 'labels'>): WorklistStudy['labels'] =>
  study.labels.filter((label) => label.state !== 'withdrawn');

/** Address in the viewer of a hospital's copy of a study: another hospital's under the same UID may be of another patient. */
export function viewerHref(studyInstanceUid: string, hospital: string): string {
  return `/viewer?${new URLSearchParams({ StudyInstanceUIDs: studyInstanceUid, hospital }).toString()}`;
}

/**
 * Studies that arrived after the list was loaded: not in it, received later than its newest, and of a verdict
 * the filters show (the other filters are the server's work).
 */
export function arrivals(
  recent: readonly WorklistStudy[],
  known: ReadonlySet<string>,
  loadedUntil: string,
  filters: Pick<Filters, 'verdict'>,
): WorklistStudy[] {
  return recent.filter(
    (study) =>
      !known.has(studyKey(study)) &&
      study.receivedAt > loadedUntil &&
      (filters.verdict.length === 0 || filters.verdict.includes(verdictOf(study))),
  );
}
