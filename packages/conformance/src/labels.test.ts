import { describe, expect, test } from 'vitest';
import { labelChanges, labelsFor, type LabelRequest } from './labels.ts';
import type { HrLabel, ItemResult, Qualification } from './types.ts';

function result(verdict: ItemResult['verdict'], itemCode = 'CT-05'): ItemResult {
  const text = { zh: '', en: '' };
  return {
    catalogue: { id: 'c', version: '1' },
    itemCode,
    itemName: { zh: '胸部CT平扫', en: 'chest' },
    verdict,
    summary: text,
    identifiedBy: [],
    requirements: [],
  };
}

function qualification(over: Partial<Qualification> = {}): Qualification {
  return {
    hospitalCode: 'H1',
    itemCode: 'CT-05',
    scope: '龙南市',
    evaluatedAt: '2024-01-10',
    validUntil: '2024-07-10',
    result: 'passed',
    ...over,
  };
}

function request(over: Partial<LabelRequest> = {}): LabelRequest {
  return {
    conformance: { results: [result('PASS')] },
    hospitalCode: 'H1',
    studyDate: '2024-06-03',
    qualifications: [qualification()],
    policy: { scopes: ['龙南市'], release: 'automatic' },
    now: '2024-06-03T10:00:00Z',
    ...over,
  };
}

describe('who may carry an HR label', () => {
  test('a PASS of a qualified hospital carries scope + HR', () => {
    expect(labelsFor(request())).toMatchObject([
      { text: '龙南市HR', scope: '龙南市', itemCode: 'CT-05', state: 'applied' },
    ]);
  });
  test.each(['FAIL', 'REVIEW'] as const)('%s carries none', (verdict) => {
    expect(labelsFor(request({ conformance: { results: [result(verdict)] } }))).toEqual([]);
  });
  test('a qualification of another hospital, item or scope does not count', () => {
    for (const over of [{ hospitalCode: 'H2' }, { itemCode: 'CT-06' }, { scope: '江西省' }]) {
      expect(labelsFor(request({ qualifications: [qualification(over)] }))).toEqual([]);
    }
  });
  test('a study before the evaluation or after its validity carries none', () => {
    expect(labelsFor(request({ studyDate: '2024-01-09' }))).toEqual([]);
    expect(labelsFor(request({ studyDate: '2024-07-11' }))).toEqual([]);
    expect(labelsFor(request({ studyDate: '2024-07-10' }))).toHaveLength(1);
  });
  test('the newest evaluation on or before the study date counts, and a failed one blocks', () => {
    const failed = qualification({ evaluatedAt: '2024-05-01', result: 'failed' });
    expect(labelsFor(request({ qualifications: [qualification(), failed] }))).toEqual([]);
    expect(
      labelsFor(request({ qualifications: [qualification(), failed], studyDate: '2024-04-30' })),
    ).toHaveLength(1);
  });
  test('a failed evaluation of the same day outweighs a passed one', () => {
    expect(
      labelsFor(request({ qualifications: [qualification({ result: 'failed' }), qualification()] })),
    ).toEqual([]);
  });
  test('a study without a date carries none', () => {
    expect(labelsFor(request({ studyDate: '' }))).toEqual([]);
  });
  test('a suspended scope issues none, and a proposing region waits for a person', () => {
    expect(
      labelsFor(request({ policy: { scopes: ['龙南市'], release: 'automatic', suspended: ['龙南市'] } })),
    ).toEqual([]);
    expect(labelsFor(request({ policy: { scopes: ['龙南市'], release: 'proposed' } }))[0]?.state).toBe(
      'proposed',
    );
  });
  test('a study may carry labels of several scopes', () => {
    const labels = labelsFor(
      request({
        qualifications: [qualification(), qualification({ scope: '江西省' })],
        policy: { scopes: ['龙南市', '江西省'], release: 'automatic' },
      }),
    );
    expect(labels.map((label) => label.text)).toEqual(['龙南市HR', '江西省HR']);
  });
});

describe('what to append to the history of labels', () => {
  const now = '2024-06-04T00:00:00Z';
  const label = (over: Partial<HrLabel> = {}): HrLabel => ({ ...labelsFor(request())[0]!, ...over });

  test('nothing when nothing changes', () => {
    expect(labelChanges([label()], [label({ validFrom: now })], now)).toEqual([]);
  });
  test('a new label is applied', () => {
    expect(labelChanges([], [label()], now).map((change) => change.event)).toEqual(['applied']);
  });
  test('a label that no longer holds is withdrawn with a reason', () => {
    const [change] = labelChanges([label()], [], now);
    expect(change).toMatchObject({ event: 'withdrawn', label: { state: 'withdrawn', validFrom: now } });
    expect(change?.label.reason.zh).not.toBe('');
  });
  test('a withdrawn label may be applied again', () => {
    expect(
      labelChanges([label({ state: 'withdrawn' })], [label()], now).map((change) => change.event),
    ).toEqual(['applied']);
  });
  test('an applied label is not taken back to proposed', () => {
    expect(labelChanges([label()], [label({ state: 'proposed' })], now)).toEqual([]);
  });
});
