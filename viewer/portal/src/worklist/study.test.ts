import { expect, test } from 'vitest';
import type { WorklistStudy } from '@hutong/server/contract';
import type { Verdict } from '@hutong/conformance';
import { wordsOf } from '../i18n/language.ts';
import { zh } from '../i18n/zh.ts';
import { arrivals, shownLabels, studyKey, verdictOf, verdictReasons, viewerHref } from './study.ts';

const words = wordsOf('zh', zh);

function study(over: Partial<WorklistStudy> = {}): WorklistStudy {
  return {
    hospital: { code: 'ln1', name: { zh: '龙南市第一人民医院', en: 'Longnan First Hospital' } },
    studyInstanceUid: '1.2.3',
    patient: { name: '王建国', alphabeticName: 'Wang Jianguo', id: 'P1', sex: 'M', birthDate: '', age: null },
    studyDate: '2026-11-21',
    studyTime: '14:05',
    description: '',
    accessionNumber: '',
    modalities: ['CT'],
    numberOfSeries: 1,
    numberOfInstances: 1,
    status: 'done',
    notListed: null,
    items: [],
    labels: [],
    receivedAt: '2026-11-21T06:05:00.000Z',
    ...over,
  };
}

const item = (verdict: Verdict, summary = '', code = 'CT-01'): WorklistStudy['items'][number] => ({
  code,
  name: { zh: `项目${code}`, en: code },
  verdict,
  summary: { zh: summary, en: '' },
  decided: false,
  stale: false,
});

test('a row shows the gravest verdict of its items', () => {
  expect(verdictOf(study({ items: [item('PASS'), item('REVIEW'), item('FAIL')] }))).toBe('FAIL');
  expect(verdictOf(study({ items: [item('PASS'), item('REVIEW')] }))).toBe('REVIEW');
  expect(verdictOf(study({ items: [item('PASS')] }))).toBe('PASS');
});

test('a study being checked again shows so, whatever it was before', () => {
  expect(verdictOf(study({ status: 'pending', items: [item('PASS')] }))).toBe('PENDING');
});

test('a judged study on no item is not listed, and the reason given is shown', () => {
  const unlisted = study({
    notListed: { reason: 'NOT_ELIGIBLE', text: { zh: '颈部CT平扫不作为互认项目', en: '' } },
  });
  expect(verdictOf(unlisted)).toBe('NOT_LISTED');
  expect(verdictReasons(unlisted, words)).toEqual([{ heading: '', text: '颈部CT平扫不作为互认项目' }]);
});

test('each of several items says its own reason under its name', () => {
  const both = study({ items: [item('FAIL', '缺动脉期', 'CT-09'), item('PASS', '', 'CT-10')] });
  expect(verdictReasons(both, words)).toEqual([
    { heading: '项目CT-09', text: '缺动脉期' },
    { heading: '项目CT-10', text: zh.verdictWhy.PASS },
  ]);
});

test('withdrawn labels are not shown', () => {
  const label = { text: '龙南市HR', scope: '龙南市', itemCode: 'CT-01' };
  const labelled = study({
    labels: [
      { ...label, state: 'withdrawn' },
      { ...label, state: 'applied' },
    ],
  });
  expect(shownLabels(labelled).map((each) => each.state)).toEqual(['applied']);
});

test('the same study of two hospitals makes two rows', () => {
  const other = study({ hospital: { code: 'ln2', name: { zh: '', en: '' } } });
  expect(studyKey(study())).not.toBe(studyKey(other));
});

test('the viewer is addressed by the study alone', () => {
  expect(viewerHref('1.2.3', 'h1')).toBe('/viewer?StudyInstanceUIDs=1.2.3&hospital=h1');
});

test('only studies that are unknown, later, and of a wanted verdict count as new', () => {
  const later = '2026-11-21T07:00:00.000Z';
  const fresh = study({ studyInstanceUid: '1.2.4', receivedAt: later, status: 'pending' });
  const known = study({ receivedAt: later });
  const old = study({ studyInstanceUid: '1.2.5' });
  const recent = [fresh, known, old];
  const loaded = new Set([studyKey(known)]);
  expect(arrivals(recent, loaded, old.receivedAt, { verdict: [] })).toEqual([fresh]);
  expect(arrivals(recent, loaded, old.receivedAt, { verdict: ['PASS'] })).toEqual([]);
});
