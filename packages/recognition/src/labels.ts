import type { HrLabel } from '@hutong/conformance';
import {
  DEFAULT_LABEL_POLICY,
  type DeviceTest,
  type Evaluation,
  type LabelFacts,
  type LabelledItem,
  type LabelPolicy,
} from './labelFacts.ts';
import { type LabelObstacle, OBSTACLES } from './labelObstacles.ts';

/** Whether a study may carry the label of a scope for an item, and all that stands in the way. */
export interface LabelDecision {
  itemCode: string;
  scope: string;
  item: LabelledItem | null;
  policy: LabelPolicy;
  /** The evaluation it rests on, where one holds. */
  evaluation: Evaluation | null;
  /** Empty: it may. */
  obstacles: LabelObstacle[];
}

/** Text of a scope's label: the scope and HR (S0). */
export const labelText = (scope: string): string => `${scope}HR`;

/** The policy of a hospital at a scope: its own, else that of the scope, else what holds where nothing was set. */
export function labelPolicyOf(
  policies: readonly LabelPolicy[],
  scope: string,
  hospitalCode: string,
): LabelPolicy {
  const ofScope = policies.filter((one) => one.scope === scope);
  return (
    ofScope.find((one) => one.hospitalCode === hospitalCode) ??
    ofScope.find((one) => one.hospitalCode === null) ?? { scope, hospitalCode: null, ...DEFAULT_LABEL_POLICY }
  );
}

/**
 * What a hospital's evaluations of an item at a scope say of a study date: the newest on or before it counts, and of two of
 * one day the failed one. One that was entered after the study counts as passed only where the policy says so; a failed one
 * counts whenever it was entered.
 */
export function evaluationOn(
  evaluations: readonly Evaluation[],
  itemCode: string,
  scope: string,
  day: string,
  lateCounts = true,
): { evaluation: Evaluation; obstacle: null } | { evaluation: null; obstacle: LabelObstacle } {
  const known = evaluations.filter(
    (one) => one.itemCode === itemCode && one.scope === scope && one.evaluatedAt <= day,
  );
  const inTime = known.filter((one) => lateCounts || one.result === 'failed' || one.enteredOn <= day);
  const newest = newestOf(inTime, ({ evaluatedAt }) => evaluatedAt);
  if (newest !== null && newest.result === 'passed' && newest.validUntil >= day)
    return { evaluation: newest, obstacle: null };
  const late = newestOf(known, ({ evaluatedAt }) => evaluatedAt);
  if (late !== null && !inTime.includes(late) && late.validUntil >= day)
    return { evaluation: null, obstacle: OBSTACLES.late(scope, late.enteredOn, day) };
  if (newest === null) return { evaluation: null, obstacle: OBSTACLES.notEvaluated(scope, day) };
  return {
    evaluation: null,
    obstacle:
      newest.result === 'failed'
        ? OBSTACLES.failed(scope, newest.evaluatedAt)
        : OBSTACLES.expired(scope, newest.validUntil, day),
  };
}

/** The newest; of those of one day a failed one. */
function newestOf<T extends { result: 'passed' | 'failed' }>(
  ones: readonly T[],
  dayOf: (one: T) => string,
): T | null {
  let newest: T | null = null;
  for (const one of ones) {
    if (
      newest === null ||
      dayOf(one) > dayOf(newest) ||
      (dayOf(one) === dayOf(newest) && one.result === 'failed')
    )
      newest = one;
  }
  return newest;
}

/** What is wrong with the state tests of the devices on the study date. */
function deviceObstacles(facts: LabelFacts): LabelObstacle[] {
  const { devices, deviceTests, studyDate } = facts;
  if (devices === null || devices.length === 0 || devices.includes('')) return [OBSTACLES.deviceUnknown()];
  return [...new Set(devices)].flatMap((serialNumber) =>
    isTested(deviceTests, serialNumber, studyDate)
      ? []
      : [OBSTACLES.deviceNotTested(serialNumber, studyDate)],
  );
}

function isTested(tests: readonly DeviceTest[], serialNumber: string, day: string): boolean {
  const newest = newestOf(
    tests.filter((one) => one.serialNumber === serialNumber && one.testedOn <= day),
    ({ testedOn }) => testedOn,
  );
  return newest !== null && newest.result === 'passed' && newest.validUntil >= day;
}

const fits = (wanted: string | null, is: string): boolean => wanted === null || wanted === is;

/**
 * Whether a study may carry the label of a scope for an item: PASS, and a qualification valid on the study date, and the
 * hospital in the scope on it, and issuing not suspended, and not withdrawn by a person, and the device tested where the
 * policy asks for it.
 *
 * @param item null: the study is not judged on it
 */
export function decideLabel(
  facts: LabelFacts,
  itemCode: string,
  item: LabelledItem | null,
  scope: string,
): LabelDecision {
  const { hospitalCode, studyInstanceUid, studyDate, today } = facts;
  const policy = labelPolicyOf(facts.policies, scope, hospitalCode);
  const obstacles: LabelObstacle[] = [];
  if (item === null) obstacles.push(OBSTACLES.notJudged());
  else if (item.verdict === 'FAIL') obstacles.push(OBSTACLES.fail(item.decided));
  else if (item.verdict === 'REVIEW') obstacles.push(OBSTACLES.review());

  let evaluation: Evaluation | null = null;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(studyDate)) obstacles.push(OBSTACLES.noDate());
  else {
    if (studyDate > today) obstacles.push(OBSTACLES.futureDate(studyDate));
    if (!facts.scopes.includes(scope)) obstacles.push(OBSTACLES.notInScope(scope, studyDate));
    const found = evaluationOn(facts.evaluations, itemCode, scope, studyDate, policy.lateQualification);
    ({ evaluation } = found);
    if (found.obstacle !== null) obstacles.push(found.obstacle);
    if (policy.deviceTestNeeded) obstacles.push(...deviceObstacles(facts));
  }
  for (const one of facts.suspensions) {
    if (fits(one.hospitalCode, hospitalCode) && fits(one.itemCode, itemCode) && fits(one.scope, scope))
      obstacles.push(OBSTACLES.suspended(one.reason));
  }
  for (const one of facts.withdrawals) {
    if (
      one.hospitalCode === hospitalCode &&
      fits(one.studyInstanceUid, studyInstanceUid) &&
      fits(one.itemCode, itemCode) &&
      fits(one.scope, scope) &&
      (one.from === null || studyDate >= one.from) &&
      (one.until === null || (studyDate !== '' && studyDate <= one.until))
    )
      obstacles.push(OBSTACLES.withdrawn(one.reason));
  }
  return { itemCode, scope, item, policy, evaluation, obstacles };
}

/**
 * Every label a study could carry: each of its items at each scope its hospital takes part in or was evaluated at, and each
 * label it has already.
 */
export function decideLabels(
  facts: LabelFacts,
  items: readonly LabelledItem[],
  present: readonly Pick<HrLabel, 'itemCode' | 'scope'>[] = [],
): LabelDecision[] {
  const byCode = new Map(items.map((item) => [item.itemCode, item]));
  const codes = new Set([...byCode.keys(), ...present.map(({ itemCode }) => itemCode)]);
  return [...codes].flatMap((code) => {
    const scopes = new Set([
      ...facts.scopes,
      ...facts.evaluations.filter(({ itemCode }) => itemCode === code).map(({ scope }) => scope),
      ...present.filter(({ itemCode }) => itemCode === code).map(({ scope }) => scope),
    ]);
    return [...scopes].map((scope) => decideLabel(facts, code, byCode.get(code) ?? null, scope));
  });
}
