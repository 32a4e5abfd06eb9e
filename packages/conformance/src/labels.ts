import { say } from './bilingual.ts';
import type { Bilingual, HrLabel, Qualification, StudyConformance } from './types.ts';

/** How a region issues HR labels at its scopes. */
export interface RegionPolicy {
  /** Scopes at which the hospital takes part, for example 龙南市. */
  scopes: readonly string[];
  /** `automatic` applies a label on a machine PASS, `proposed` waits for a person to release it. */
  release: 'automatic' | 'proposed';
  /** Scopes at which issuing is suspended. */
  suspended?: readonly string[];
}

export interface LabelRequest {
  /** Results whose verdicts are those that hold: what a person decided, else what the machine found. */
  conformance: Pick<StudyConformance, 'results'>;
  /** Codes of items whose verdict a person decided. */
  decided?: ReadonlySet<string>;
  hospitalCode: string;
  /** YYYY-MM-DD; without a study date no qualification can be shown to be valid. */
  studyDate: string;
  qualifications: readonly Qualification[];
  policy: RegionPolicy;
  /** ISO 8601 instant. */
  now: string;
}

/**
 * The evaluation that counts for a study: the hospital's newest one of the item at the scope on or before
 * the study date. A failed evaluation blocks until a later one passes.
 */
export function qualificationOn(
  qualifications: readonly Qualification[],
  hospitalCode: string,
  itemCode: string,
  scope: string,
  studyDate: string,
): Qualification | null {
  let newest: Qualification | null = null;
  for (const one of qualifications) {
    if (
      one.hospitalCode !== hospitalCode ||
      one.itemCode !== itemCode ||
      one.scope !== scope ||
      one.evaluatedAt > studyDate
    )
      continue;
    if (
      newest === null ||
      one.evaluatedAt > newest.evaluatedAt ||
      (one.evaluatedAt === newest.evaluatedAt && one.result === 'failed')
    )
      newest = one;
  }
  return newest !== null && newest.result === 'passed' && newest.validUntil >= studyDate ? newest : null;
}

/** The HR labels a study may carry: PASS, and a qualification valid on the study date, and a scope that issues. */
export function labelsFor(request: LabelRequest): HrLabel[] {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(request.studyDate)) return [];
  const labels: HrLabel[] = [];
  for (const result of request.conformance.results) {
    if (result.verdict !== 'PASS') continue;
    for (const scope of request.policy.scopes) {
      if (request.policy.suspended?.includes(scope) === true) continue;
      const valid = qualificationOn(
        request.qualifications,
        request.hospitalCode,
        result.itemCode,
        scope,
        request.studyDate,
      );
      if (valid === null) continue;
      labels.push({
        text: `${scope}HR`,
        scope,
        itemCode: result.itemCode,
        state: request.policy.release === 'automatic' ? 'applied' : 'proposed',
        validFrom: request.now,
        reason:
          request.decided?.has(result.itemCode) === true
            ? say(
                `经人工判定符合“${result.itemName.zh}”的要求；${valid.evaluatedAt} 质量评价合格，有效至 ${valid.validUntil}`,
                `meets the requirements of "${result.itemName.en}" by a person's decision; quality evaluation passed on ${valid.evaluatedAt}, valid until ${valid.validUntil}`,
              )
            : say(
                `符合“${result.itemName.zh}”的要求；${valid.evaluatedAt} 质量评价合格，有效至 ${valid.validUntil}`,
                `meets the requirements of "${result.itemName.en}"; quality evaluation passed on ${valid.evaluatedAt}, valid until ${valid.validUntil}`,
              ),
      });
    }
  }
  return labels;
}

/** An event to append to a study's label history. */
export interface LabelChange {
  event: 'proposed' | 'applied' | 'withdrawn';
  label: HrLabel;
}

/**
 * What must be appended so that the current labels become the wanted ones; nothing is ever erased.
 *
 * @param withdrawal why labels that are no longer wanted are withdrawn
 */
export function labelChanges(
  current: readonly HrLabel[],
  wanted: readonly HrLabel[],
  now: string,
  withdrawal: Bilingual = say(
    '重新评价后不再符合互认条件',
    'no longer meets the conditions after re-evaluation',
  ),
): LabelChange[] {
  const key = (label: HrLabel): string => `${label.scope}\u0000${label.itemCode}`;
  const live = new Map(
    current.filter((label) => label.state !== 'withdrawn').map((label) => [key(label), label]),
  );
  const goal = new Map(
    wanted.filter((label) => label.state !== 'withdrawn').map((label) => [key(label), label]),
  );
  const changes: LabelChange[] = [];
  for (const [id, label] of live) {
    if (goal.has(id)) continue;
    changes.push({
      event: 'withdrawn',
      label: {
        ...label,
        state: 'withdrawn',
        validFrom: now,
        reason: withdrawal,
      },
    });
  }
  for (const [id, label] of goal) {
    const known = live.get(id);
    if (known === undefined || (known.state === 'proposed' && label.state === 'applied'))
      changes.push({ event: label.state === 'applied' ? 'applied' : 'proposed', label });
  }
  return changes;
}
