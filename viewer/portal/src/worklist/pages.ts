/** The loaded pages of the worklist and what is done to them between two loads. Pure. */
import type { WorklistPage, WorklistStudy } from '@hutong/server/contract';
import type { StudyConformanceBody } from '@hutong/server/contract/conformance';
import { standing } from '../conformance/decision.ts';
import { studyKey } from './study.ts';

/** A page, and on the first one the instant up to which the list is complete. */
export type LoadedPage = WorklistPage & { loadedUntil: string };

export interface LoadedPages {
  pages: LoadedPage[];
  pageParams: (string | null)[];
}

/** The rows of all pages, each study once: a row that moved between two page loads must not show twice. */
export function rowsOf(pages: readonly WorklistPage[]): WorklistStudy[] {
  const seen = new Set<string>();
  return pages.flatMap((page) =>
    page.studies.filter((study) => {
      const key = studyKey(study);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    }),
  );
}

/** Replaces rows that are loaded already by newer states of the same studies; no row moves, none is added. */
export function withNewer(loaded: LoadedPages, newer: readonly WorklistStudy[]): LoadedPages {
  const byKey = new Map(newer.map((study) => [studyKey(study), study]));
  const replacement = (study: WorklistStudy): WorklistStudy => {
    const other = byKey.get(studyKey(study)) ?? study;
    // The same object stands for an unchanged row, so that it is not drawn again.
    return JSON.stringify(other) === JSON.stringify(study) ? study : other;
  };
  const pages = loaded.pages.map((page) => {
    const studies = page.studies.map(replacement);
    return studies.every((study, at) => study === page.studies[at]) ? page : { ...page, studies };
  });
  return pages.every((page, at) => page === loaded.pages[at]) ? loaded : { ...loaded, pages };
}

/** A row with a conformance result that was asked for on its own. */
export function judged(study: WorklistStudy, result: StudyConformanceBody): WorklistStudy {
  return {
    ...study,
    status: result.status,
    notListed: result.notListed ?? null,
    items: result.results.map(({ itemCode, itemName, effectiveVerdict, summary, decision }) => ({
      code: itemCode,
      name: itemName,
      verdict: effectiveVerdict,
      summary,
      decided: standing(decision) === 'holds',
      stale: standing(decision) === 'stale',
    })),
    labels: result.labels,
  };
}
