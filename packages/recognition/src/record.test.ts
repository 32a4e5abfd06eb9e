import { expect, test } from 'vitest';
import { type RecordFacts, recordText } from './record.ts';

const facts = (over: Partial<RecordFacts> = {}): RecordFacts => ({
  kind: 'recognised',
  issuing: { zh: '龙南市人民医院', en: "Longnan People's Hospital" },
  studyDate: '2026-03-05',
  item: { code: 'CT-01', name: { zh: '头颅CT平扫', en: 'CT of the head, plain' } },
  labels: ['龙南市HR'],
  studyInstanceUid: '1.2.840.1',
  reasonCode: '',
  reasonText: '',
  patientInformed: false,
  patientClass: '',
  ...over,
});
const again = (over: Partial<RecordFacts> = {}) =>
  recordText(facts({ kind: 'examinedAgain', reasonCode: 'RX04', patientInformed: true, ...over }));

test('S1: the record of a recognition names institution and date of the examination, item, label and study', () => {
  const { zh, en } = recordText(facts());
  for (const word of [
    '龙南市人民医院',
    '2026年3月5日',
    '头颅CT平扫',
    'CT-01',
    '龙南市HR',
    '1.2.840.1',
    '互认',
  ])
    expect(zh).toContain(word);
  for (const word of ["Longnan People's Hospital", '2026-03-05', 'CT of the head', '龙南市HR', '1.2.840.1'])
    expect(en).toContain(word);
});

test('S1: of an inpatient it says that the material is kept in the record, of others it does not', () => {
  expect(recordText(facts({ patientClass: 'inpatient' })).zh).toContain('随住院病历留存');
  expect(recordText(facts({ patientClass: 'inpatient' })).en).toContain('kept in the inpatient record');
  expect(recordText(facts({ patientClass: 'outpatient' })).zh).not.toContain('留存');
});

test('S0: a recognition is of the images, never of the conclusion of the report', () => {
  expect(recordText(facts()).zh).toContain('影像资料予以互认');
  expect(recordText(facts()).zh).toContain('诊断意见由本院接诊医师');
});

test('S1, S0: examined again, it says the reason and that the patient or family was informed and told why', () => {
  const { zh, en } = again();
  expect(zh).toContain('检查对诊疗意义重大');
  expect(zh).toContain('RX04');
  expect(zh).toContain('已告知患者或家属并说明理由');
  expect(en).toContain('great significance');
  expect(en).toContain('was informed and told why');
});

test('S1: it never says that the patient was informed where nobody said so', () => {
  const { zh, en } = again({ patientInformed: false });
  expect(zh).not.toContain('已告知患者或家属并说明理由');
  expect(zh).toContain('尚未记录');
  expect(en).toContain('not on record');
});

test('S0.10, S1.8: of another reason the explanation stands there, on one line', () => {
  const { zh, en } = again({ reasonCode: 'RX12', reasonText: ' 需导航\n定位\u2028影像 ' });
  expect(zh).toContain('其他（需导航 定位 影像）〔RX12〕');
  expect(en).toContain('other (需导航 定位 影像) [RX12]');
});

test('an examination without a known date or label says so', () => {
  expect(recordText(facts({ studyDate: '' })).zh).toContain('检查日期不详');
  expect(again({ labels: [] }).zh).toContain('无有效互认标识');
});

test('of a decision that was withdrawn the text recognises nothing', () => {
  const { zh, en } = recordText(facts({ kind: 'withdrawn' }));
  expect(zh).toContain('撤回');
  expect(zh).not.toContain('予以互认');
  expect(en).toContain('withdrawn');
});
