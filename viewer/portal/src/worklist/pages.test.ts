import { expect, test } from 'vitest';
import type { WorklistStudy } from '@hutong/server/contract';
import { judged, rowsOf, withNewer, type LoadedPage, type LoadedPages } from './pages.ts';

function study(uid: string, over: Partial<WorklistStudy> = {}): WorklistStudy {
  return {
    hospital: { code: 'ln1', name: { zh: '龙南市第一人民医院', en: '' } },
    studyInstanceUid: uid,
    patient: { name: '李秀英', alphabeticName: '', id: 'P2', sex: 'F', birthDate: '', age: null },
    studyDate: '',
    studyTime: '',
    description: '',
    accessionNumber: '',
    modalities: ['MR'],
    numberOfSeries: 1,
    numberOfInstances: 20,
    status: 'pending',
    notListed: null,
    items: [],
    labels: [],
    receivedAt: '2026-11-21T06:00:00.000Z',
    ...over,
  };
}

const page = (...studies: WorklistStudy[]): LoadedPage => ({
  studies,
  next: null,
  total: { value: studies.length, capped: false },
  loadedUntil: '',
});
const loaded = (...pages: LoadedPage[]): LoadedPages => ({ pages, pageParams: pages.map(() => null) });

test('a study that slid into the next page while it was loaded shows once', () => {
  const rows = rowsOf([page(study('1'), study('2')), page(study('2'), study('3'))]);
  expect(rows.map((row) => row.studyInstanceUid)).toEqual(['1', '2', '3']);
});

test('newer states replace rows where they stand, and studies that are not loaded stay out', () => {
  const before = loaded(page(study('1'), study('2')));
  const after = withNewer(before, [study('9'), study('2', { numberOfInstances: 40 })]);
  expect(rowsOf(after.pages).map((row) => [row.studyInstanceUid, row.numberOfInstances])).toEqual([
    ['1', 20],
    ['2', 40],
  ]);
});

test('nothing newer leaves the very same object, so that nothing is drawn again', () => {
  const before = loaded(page(study('1')), page(study('2')));
  expect(withNewer(before, [study('1'), study('2')])).toBe(before);
  const after = withNewer(before, [study('2', { status: 'done' })]);
  expect(after.pages[0]).toBe(before.pages[0]);
});

test('a row takes the verdicts that hold and labels from a conformance result', () => {
  const label = { text: '龙南市HR', scope: '龙南市', itemCode: 'MR-01', state: 'applied' as const };
  const row = judged(study('1'), {
    status: 'done',
    settled: true,
    revision: 2,
    hospital: { code: 'ln1', name: { zh: '', en: '' } },
    results: [
      {
        catalogue: { id: 'x', version: '1' },
        itemCode: 'MR-01',
        itemName: { zh: '颅脑MRI平扫', en: 'Brain MRI' },
        verdict: 'REVIEW',
        effectiveVerdict: 'PASS',
        summary: { zh: '齐全', en: 'Complete' },
        identifiedBy: [],
        requirements: [],
        evidence: 'e1',
        decision: {
          id: 1,
          itemCode: 'MR-01',
          verdict: 'PASS',
          machineVerdict: 'REVIEW',
          reason: '已阅片',
          author: { kind: 'person', name: '王' },
          at: '2026-11-21T06:00:00Z',
          stale: false,
        },
      },
    ],
    catalogue: { id: 'x', version: '1', title: { zh: '', en: '' } },
    engineVersion: '1',
    evaluatedAt: '2026-11-21T06:00:00Z',
    mayDecide: true,
    series: [],
    labels: [{ ...label, validFrom: '2026-11-21T06:00:00Z', reason: { zh: '', en: '' } }],
  });
  expect(row).toMatchObject({
    status: 'done',
    items: [{ code: 'MR-01', verdict: 'PASS', decided: true, stale: false }],
    labels: [label],
  });
});
