/** What waits for a decision, put together as people decide it: by copy of a study and kind. */
import type { KeptAsideBody } from '@hutong/server/contract';

export interface PendingGroup {
  key: string;
  /** At least one, in the order of the answer. */
  entries: KeptAsideBody[];
}

/** Groups in the order of their newest entries. A rejection note stands alone: each is a decision of its own. */
export function groupsOf(entries: readonly KeptAsideBody[]): PendingGroup[] {
  const keyOf = (entry: KeptAsideBody): string =>
    [
      entry.hospital.code,
      entry.studyInstanceUid,
      entry.kind,
      ...(entry.kind === 'REJECTION_NOTE' ? [entry.id] : []),
    ].join('/');
  return [...Map.groupBy(entries, keyOf)].map(([key, members]) => ({ key, entries: members }));
}

/** Last day on which what was ended at `at` can be recovered, as YYYY-MM-DD; null when it is kept for ever. */
export function recoverableUntil(at: Date, keepDays: number): Date | null {
  return keepDays === 0 ? null : new Date(at.getTime() + keepDays * 86_400_000);
}
