/** How an event of the history is put into words. */
import type { CorrectionEvent } from '@hutong/server/contract';
import type { Dictionary } from '../i18n/zh.ts';

/** A correction of patient data is one event when it is made, and another when its images were rewritten. */
export const isRewriting = (event: Pick<CorrectionEvent, 'patientCorrection' | 'attributes'>): boolean =>
  event.patientCorrection !== null && event.attributes.length === 0;

/** What was done, in a word or two. */
export function eventWords(
  event: Pick<CorrectionEvent, 'kind' | 'patientCorrection' | 'attributes' | 'undo'>,
  t: Dictionary,
): string {
  const { kind } = t.corrections;
  if (event.patientCorrection === null) return kind[event.kind];
  if (event.undo) return kind.undone;
  return isRewriting(event) ? kind.rewritten : kind.patient;
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
    case 'held':
    case 'released':
      return 'changed';
  }
}

/** Who did it: the name, and what kind of caller where the name alone could mislead. */
export function authorWords({ kind, name }: CorrectionEvent['author'], t: Dictionary): string {
  const what = t.corrections.author[kind];
  return what === '' || kind === 'trial' ? name : name === '' ? what : `${name} · ${what}`;
}
