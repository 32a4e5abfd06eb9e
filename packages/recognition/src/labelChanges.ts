import type { Bilingual, HrLabel } from '@hutong/conformance';
import { causeOf, type LabelCause } from './labelObstacles.ts';
import { type LabelDecision, labelText } from './labels.ts';

/** An event to append to the history of a study's labels. */
export interface LabelChange {
  itemCode: string;
  scope: string;
  text: string;
  state: HrLabel['state'];
  reason: Bilingual;
  cause: LabelCause;
  /** The evaluation it rests on; null of what is withdrawn. */
  qualificationId: number | null;
}

export interface LabelCircumstances {
  /** What makes the labels be looked at. */
  cause: LabelCause;
  /** The present revision of the study is judged: what waits for a verdict gets no new label. */
  judged: boolean;
  /** Evaluations that were not taken back. A label that rests on another is said to rest on the one that holds. */
  standing: ReadonlySet<number>;
}

/** The newest event of a label. */
export type PresentLabel = Pick<HrLabel, 'itemCode' | 'scope' | 'state'> & { qualificationId: number | null };

/**
 * What must be appended so that the present labels become those that were decided; nothing is ever erased. A suspension stops
 * labels from being given and takes none that was given before.
 */
export function labelChanges(
  decisions: readonly LabelDecision[],
  present: readonly PresentLabel[],
  { cause, judged, standing }: LabelCircumstances,
): LabelChange[] {
  return decisions.flatMap((decision): LabelChange[] => {
    const { itemCode, scope, obstacles, policy, evaluation } = decision;
    const label = present.find((one) => one.itemCode === itemCode && one.scope === scope);
    const now = label?.state ?? 'withdrawn';
    const about = { itemCode, scope, text: labelText(scope) };
    if (obstacles.length === 0) {
      const wanted = policy.release === 'automatic' ? 'applied' : 'proposed';
      const given = { ...about, reason: reasonOf(decision), cause, qualificationId: evaluation?.id ?? null };
      const restsOnNothing = label?.qualificationId != null && !standing.has(label.qualificationId);
      if (now === 'applied' || now === wanted) return restsOnNothing ? [{ ...given, state: now }] : [];
      return judged ? [{ ...given, state: wanted }] : [];
    }
    if (now === 'withdrawn' || obstacles.every(({ kind }) => kind === 'SUSPENDED')) return [];
    return [
      {
        ...about,
        state: 'withdrawn',
        reason: {
          zh: obstacles.map(({ text }) => text.zh).join('；'),
          en: obstacles.map(({ text }) => text.en).join('; '),
        },
        cause: cause === 'verdict' ? causeOf(obstacles) : cause,
        qualificationId: null,
      },
    ];
  });
}

/** Why a label is given: the verdict, and the evaluation it rests on. */
function reasonOf({ itemCode, item, evaluation }: LabelDecision): Bilingual {
  const name = item?.itemName ?? { zh: itemCode, en: itemCode };
  const [byZh, byEn] = item?.decided === true ? ['经人工判定', " by a person's decision"] : ['', ''];
  return {
    zh: `${byZh}符合“${name.zh}”的要求；${evaluation?.evaluatedAt} 质量评价合格，有效至 ${evaluation?.validUntil}`,
    en: `meets the requirements of "${name.en}"${byEn}; quality evaluation passed on ${evaluation?.evaluatedAt}, valid until ${evaluation?.validUntil}`,
  };
}
