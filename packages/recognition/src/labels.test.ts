import { describe, expect, test } from 'vitest';
import { labelChanges, type PresentLabel } from './labelChanges.ts';
import type { Evaluation, LabelFacts, LabelledItem, LabelPolicy } from './labelFacts.ts';
import { decideLabel, decideLabels, evaluationOn, labelPolicyOf } from './labels.ts';

const SCOPE = '龙南市';

const item = (over: Partial<LabelledItem> = {}): LabelledItem => ({
  itemCode: 'CT-05',
  itemName: { zh: '胸部CT平扫', en: 'chest' },
  verdict: 'PASS',
  decided: false,
  ...over,
});
let ids = 0;
const evaluation = (over: Partial<Evaluation> = {}): Evaluation => ({
  id: (ids += 1),
  itemCode: 'CT-05',
  scope: SCOPE,
  evaluatedAt: '2024-01-10',
  validUntil: '2024-07-10',
  result: 'passed',
  enteredOn: '2024-01-11',
  ...over,
});
const facts = (over: Partial<LabelFacts> = {}): LabelFacts => ({
  hospitalCode: 'h1',
  studyInstanceUid: '1.2.3',
  studyDate: '2024-06-03',
  today: '2024-06-03',
  scopes: [SCOPE],
  evaluations: [evaluation()],
  suspensions: [],
  withdrawals: [],
  policies: [],
  devices: null,
  deviceTests: [],
  ...over,
});
const policy = (over: Partial<LabelPolicy> = {}): LabelPolicy => ({
  scope: SCOPE,
  hospitalCode: null,
  release: 'automatic',
  lateQualification: true,
  deviceTestNeeded: false,
  ...over,
});
const suspension = { hospitalCode: null, itemCode: null, scope: null, reason: '抽查不合格' };
const withdrawal = {
  hospitalCode: 'h1',
  studyInstanceUid: null,
  itemCode: null,
  scope: null,
  from: null,
  until: null,
  reason: '图像错误',
};
const decide = (over: Partial<LabelFacts> = {}, of: LabelledItem | null = item()) =>
  decideLabel(facts(over), 'CT-05', of, SCOPE);
const obstacles = (over: Partial<LabelFacts> = {}, of: LabelledItem | null = item()): string[] =>
  decide(over, of).obstacles.map(({ kind }) => kind);
/** What happens to a study that has this label, or none. */
const changes = (
  over: Partial<LabelFacts> = {},
  {
    present = [],
    of = item(),
    judged = true,
  }: { present?: PresentLabel[]; of?: LabelledItem; judged?: boolean } = {},
) => {
  const grounds = facts(over);
  return labelChanges(decideLabels(grounds, [of], present), present, {
    cause: 'verdict',
    judged,
    standing: new Set(grounds.evaluations.map(({ id }) => id)),
  });
};
const label = (state: PresentLabel['state'], qualificationId: number | null = null): PresentLabel => ({
  itemCode: 'CT-05',
  scope: SCOPE,
  state,
  qualificationId,
});

describe('who may carry an HR label', () => {
  test('S0: the label is the recognition scope and HR', () => {
    expect(changes()).toMatchObject([
      { text: '龙南市HR', scope: SCOPE, itemCode: 'CT-05', state: 'applied' },
    ]);
  });
  test('S0: an institution that takes no part in the evaluation of an item gives no label', () => {
    expect(obstacles({ evaluations: [] })).toEqual(['NOT_EVALUATED']);
    for (const over of [{ itemCode: 'CT-06' }, { scope: '江西省' }])
      expect(obstacles({ evaluations: [evaluation(over)] })).toEqual(['NOT_EVALUATED']);
  });
  test('S0: an institution that failed the evaluation gives no label', () => {
    expect(obstacles({ evaluations: [evaluation({ result: 'failed' })] })).toEqual(['EVALUATION_FAILED']);
  });
  test('S0: a failed evaluation blocks until a later one is passed', () => {
    const evaluations = [
      evaluation(),
      evaluation({ evaluatedAt: '2024-05-01', result: 'failed' }),
      evaluation({ evaluatedAt: '2024-06-01', validUntil: '2024-12-01' }),
    ];
    expect(obstacles({ evaluations, studyDate: '2024-04-30' })).toEqual([]);
    expect(obstacles({ evaluations, studyDate: '2024-05-01' })).toEqual(['EVALUATION_FAILED']);
    expect(obstacles({ evaluations, studyDate: '2024-06-01' })).toEqual([]);
  });
  test('S0: of two evaluations of one day the failed one counts', () => {
    const failed = evaluation({ result: 'failed' });
    expect(obstacles({ evaluations: [failed, evaluation()] })).toEqual(['EVALUATION_FAILED']);
    expect(obstacles({ evaluations: [evaluation(), failed] })).toEqual(['EVALUATION_FAILED']);
  });
  test('S0: an evaluation labels the studies of its half year, its last day included, and none before or after', () => {
    expect(obstacles({ studyDate: '2024-01-09' })).toEqual(['NOT_EVALUATED']);
    expect(obstacles({ studyDate: '2024-01-10' })).toEqual([]);
    expect(obstacles({ studyDate: '2024-07-10', today: '2024-08-01' })).toEqual([]);
    expect(obstacles({ studyDate: '2024-07-11', today: '2024-08-01' })).toEqual(['EVALUATION_EXPIRED']);
  });
  test('S0: an expiry takes no label from studies that were made before it', () => {
    expect(changes({ today: '2025-01-01' }, { present: [label('applied')] })).toEqual([]);
  });
  test.each(['FAIL', 'REVIEW'] as const)('S0: a verdict %s carries none', (verdict) => {
    expect(obstacles({}, item({ verdict }))).toEqual([`VERDICT_${verdict}`]);
  });
  test('S0: an institution that is not in the scope on the study date gives no label of it', () => {
    expect(obstacles({ scopes: [] })).toEqual(['NOT_IN_SCOPE']);
    expect(obstacles({ scopes: ['江西省'] })).toEqual(['NOT_IN_SCOPE']);
  });
  test('S0: a study without a date, or of a day that has not come, carries none', () => {
    expect(obstacles({ studyDate: '' })).toEqual(['NO_STUDY_DATE']);
    expect(obstacles({ studyDate: '2024-06-04' })).toEqual(['FUTURE_STUDY_DATE']);
  });
  test('S0: scopes form a hierarchy, and a study may carry several labels', () => {
    const scopes = ['京津冀', '江西省', SCOPE];
    const evaluations = [evaluation(), evaluation({ scope: '江西省' })];
    expect(changes({ scopes, evaluations }).map(({ text }) => text)).toEqual(['江西省HR', '龙南市HR']);
  });
  test('all that stands in the way is said, not the first of it', () => {
    expect(
      obstacles(
        { evaluations: [], scopes: [], suspensions: [suspension], withdrawals: [withdrawal] },
        item({ verdict: 'FAIL' }),
      ),
    ).toEqual(['VERDICT_FAIL', 'NOT_IN_SCOPE', 'NOT_EVALUATED', 'SUSPENDED', 'WITHDRAWN']);
  });
});

describe('suspension', () => {
  test('S0: a suspension blocks issuing at once, whatever the study date', () => {
    for (const studyDate of ['2024-02-01', '2024-06-03'])
      expect(obstacles({ studyDate, suspensions: [suspension] })).toEqual(['SUSPENDED']);
    expect(changes({ suspensions: [suspension] })).toEqual([]);
  });
  test('a suspension of another hospital, item or scope blocks nothing', () => {
    for (const other of [
      { hospitalCode: 'h2' },
      { itemCode: 'CT-06' },
      { scope: '江西省' },
      { hospitalCode: 'h1', itemCode: 'CT-06' },
    ])
      expect(obstacles({ suspensions: [{ ...suspension, ...other }] })).toEqual([]);
    expect(
      obstacles({ suspensions: [{ ...suspension, hospitalCode: 'h1', itemCode: 'CT-05', scope: SCOPE }] }),
    ).toEqual(['SUSPENDED']);
  });
  test('S0: a label that was given before a suspension stays, unless something else ends it', () => {
    const present = [label('applied')];
    expect(changes({ suspensions: [suspension] }, { present })).toEqual([]);
    const [ended] = changes({ suspensions: [suspension] }, { present, of: item({ verdict: 'FAIL' }) });
    expect(ended).toMatchObject({ state: 'withdrawn', cause: 'verdict' });
    // And does not come back under it.
    expect(changes({ suspensions: [suspension] }, { present: [label('withdrawn')] })).toEqual([]);
  });
});

describe('withdrawal by a person', () => {
  test('S0: a withdrawn label goes, and no judgement brings it back until it is lifted', () => {
    const withdrawals = [withdrawal];
    const [gone] = changes({ withdrawals }, { present: [label('applied')] });
    expect(gone).toMatchObject({ state: 'withdrawn', cause: 'person' });
    expect(gone?.reason.zh).toContain('图像错误');
    expect(changes({ withdrawals }, { present: [label('withdrawn')] })).toEqual([]);
    expect(changes({}, { present: [label('withdrawn')] })).toMatchObject([{ state: 'applied' }]);
  });
  test('a withdrawal is of a study, an item, a scope and a period, as far as it names them', () => {
    const under = (over: object): boolean =>
      obstacles({ withdrawals: [{ ...withdrawal, ...over }] }).includes('WITHDRAWN');
    expect(
      under({
        studyInstanceUid: '1.2.3',
        itemCode: 'CT-05',
        scope: SCOPE,
        from: '2024-06-03',
        until: '2024-06-03',
      }),
    ).toBe(true);
    for (const other of [
      { hospitalCode: 'h2' },
      { studyInstanceUid: '1.2.4' },
      { itemCode: 'CT-06' },
      { scope: '江西省' },
      { from: '2024-06-04' },
      { until: '2024-06-02' },
    ])
      expect(under(other)).toBe(false);
  });
});

describe('policy', () => {
  test('the policy of the hospital goes before that of its scope', () => {
    const policies = [
      policy({ release: 'proposed' }),
      policy({ hospitalCode: 'h1' }),
      policy({ scope: '江西省' }),
    ];
    expect(labelPolicyOf(policies, SCOPE, 'h1')).toBe(policies[1]);
    expect(labelPolicyOf(policies, SCOPE, 'h2')).toBe(policies[0]);
    expect(labelPolicyOf([], SCOPE, 'h1')).toMatchObject({
      release: 'automatic',
      lateQualification: true,
      deviceTestNeeded: false,
    });
  });
  test('S0: where the policy says so a label waits for a person to release it', () => {
    const policies = [policy({ release: 'proposed' })];
    expect(changes({ policies })).toMatchObject([{ state: 'proposed' }]);
    expect(changes({ policies }, { present: [label('proposed')] })).toEqual([]);
    // What was released stays so, and what waits is given when the policy becomes automatic.
    expect(changes({ policies }, { present: [label('applied')] })).toEqual([]);
    expect(changes({}, { present: [label('proposed')] })).toMatchObject([{ state: 'applied' }]);
  });
  test('S0: a late qualification labels past studies if policy says so', () => {
    const evaluations = [evaluation({ enteredOn: '2024-06-04' })];
    expect(obstacles({ evaluations })).toEqual([]);
    const policies = [policy({ lateQualification: false })];
    expect(obstacles({ evaluations, policies })).toEqual(['EVALUATION_LATE']);
    expect(obstacles({ evaluations: [evaluation({ enteredOn: '2024-06-03' })], policies })).toEqual([]);
  });
  test('a failed evaluation that is entered late counts whatever the policy says', () => {
    const evaluations = [
      evaluation(),
      evaluation({ evaluatedAt: '2024-05-01', result: 'failed', enteredOn: '2024-07-01' }),
    ];
    expect(obstacles({ evaluations, policies: [policy({ lateQualification: false })] })).toEqual([
      'EVALUATION_FAILED',
    ]);
  });
  test('S3: a device whose yearly state test has lapsed or is missing gives no label where the policy says so', () => {
    const policies = [policy({ deviceTestNeeded: true })];
    const passed = {
      serialNumber: 'A1',
      testedOn: '2024-01-01',
      validUntil: '2024-12-31',
      result: 'passed' as const,
    };
    const tested = { policies, devices: ['A1'], deviceTests: [passed] };
    expect(obstacles(tested)).toEqual([]);
    expect(obstacles({ ...tested, deviceTests: [] })).toEqual(['DEVICE_NOT_TESTED']);
    expect(obstacles({ ...tested, deviceTests: [{ ...passed, validUntil: '2024-06-02' }] })).toEqual([
      'DEVICE_NOT_TESTED',
    ]);
    expect(
      obstacles({
        ...tested,
        deviceTests: [passed, { ...passed, testedOn: '2024-06-01', result: 'failed' }],
      }),
    ).toEqual(['DEVICE_NOT_TESTED']);
    expect(obstacles({ ...tested, devices: ['A1', 'B2'] })).toEqual(['DEVICE_NOT_TESTED']);
    for (const devices of [null, [], ['A1', '']])
      expect(obstacles({ ...tested, devices })).toEqual(['DEVICE_UNKNOWN']);
    expect(obstacles({ ...tested, policies: [], devices: [] })).toEqual([]);
  });
});

describe('what is appended to the history', () => {
  test('nothing when nothing changes', () => {
    expect(changes({}, { present: [label('applied')] })).toEqual([]);
  });
  test('a study whose present revision is not judged gets no label, and may lose one', () => {
    expect(changes({}, { judged: false })).toEqual([]);
    expect(changes({ evaluations: [] }, { judged: false, present: [label('applied')] })).toMatchObject([
      { state: 'withdrawn' },
    ]);
  });
  test('a label of an item that is no longer judged is withdrawn', () => {
    const present = [{ ...label('applied'), itemCode: 'CT-09' }];
    expect(changes({ scopes: [] }, { present })).toMatchObject([{ itemCode: 'CT-09', state: 'withdrawn' }]);
  });
  test('a label whose evaluation was taken back is said to rest on the one that holds', () => {
    const held = evaluation();
    expect(changes({ evaluations: [held] }, { present: [label('applied', held.id)] })).toEqual([]);
    expect(changes({ evaluations: [held] }, { present: [label('applied', 99_999)] })).toMatchObject([
      { state: 'applied', qualificationId: held.id },
    ]);
  });
  test('the reason names the verdict, who decided it and the evaluation, in both languages', () => {
    const [given] = changes({}, { of: item({ decided: true }) });
    expect(given?.reason).toEqual({
      zh: '经人工判定符合“胸部CT平扫”的要求；2024-01-10 质量评价合格，有效至 2024-07-10',
      en: `meets the requirements of "chest" by a person's decision; quality evaluation passed on 2024-01-10, valid until 2024-07-10`,
    });
  });
});

test('an evaluation of which nothing is known is said to be missing', () => {
  expect(evaluationOn([], 'CT-05', SCOPE, '2024-06-03').obstacle?.text.en).toContain('no quality evaluation');
});
