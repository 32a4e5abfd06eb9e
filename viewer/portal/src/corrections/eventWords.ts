/** How an event of the history is put into words. */
import type { CorrectionEvent } from '@hutong/server/contract';
import type { Dictionary } from '../i18n/zh.ts';

/** What was done, in a word or two. */
export function eventWords(
  event: Pick<CorrectionEvent, 'kind' | 'patientCorrection'>,
  t: Dictionary,
): string {
  return event.patientCorrection === null ? t.corrections.kind[event.kind] : t.corrections.kind.patient;
}

/** Whether it took something away, brought something back, or changed something: the colour of its mark. */
export function eventTone(kind: CorrectionEvent['kind']): 'ended' | 'back' | 'changed' {
  switch (kind) {
    case 'deleted':
    case 'rejected':
    case 'removed':
      return 'ended';
    case 'recovered':
    case 'restored':
    case 'unrejected':
      return 'back';
    case 'corrected':
    case 'accepted':
    case 'discarded':
    case 'dismissed':
      return 'changed';
  }
}

/** Who did it: the name, and what kind of caller where the name alone could mislead. */
export function authorWords({ kind, name }: CorrectionEvent['author'], t: Dictionary): string {
  const what = t.corrections.author[kind];
  return what === '' || kind === 'trial' ? name : name === '' ? what : `${name} · ${what}`;
}
