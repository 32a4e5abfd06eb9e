import { text, texts } from '@hutong/dicom';
import { expect, test } from 'vitest';
import { coarseAge, shiftDate, shiftDateTime } from './dates.ts';
import { projectKey } from './projectKey.ts';
import { pixelRisks } from './risks.ts';
import { aDataset, aDeidentifier, one, SUBJECT } from './testDatasets.ts';

const words = (value: unknown): string => JSON.stringify(value);

test('a dataset says that, how and as whom it was de-identified', () => {
  const { dataset, pseudonym } = aDeidentifier().dataset(aDataset(), SUBJECT);
  expect(text(dataset, '00100020')).toBe(pseudonym);
  expect(text(dataset, '00100010')).toBe(pseudonym);
  expect(text(dataset, '00120062')).toBe('YES');
  expect(text(dataset, '00280303')).toBe('MODIFIED');
  expect(words(dataset['00120064'])).toMatch(/113100.*113105.*113107.*113108.*113111/);
  expect(words(dataset['00120064'])).not.toMatch(/113101|113102|113110/);
});

test('no name, number or place of the original stands anywhere', () => {
  const { dataset } = aDeidentifier().dataset(aDataset(), SUBJECT);
  expect(words(dataset)).not.toMatch(
    /张|三丰|Zhang|Sanfeng|王|Wang|医院|ACC778899|P0042|CTROOM7|20260131|19800215/i,
  );
  expect(text(dataset, '00081030')).toBe('胸部 平扫 CT chest');
});

test('what describes the image stays as it was', () => {
  const { dataset } = aDeidentifier().dataset(aDataset(), SUBJECT);
  expect(text(dataset, '00180060')).toBe('120');
  expect(texts(dataset, '00080008')).toEqual(['ORIGINAL', 'PRIMARY', 'AXIAL']);
  expect(text(dataset, '00080060')).toBe('CT');
  expect(text(dataset, '00080016')).toBe('1.2.840.10008.5.1.4.1.1.2');
});

test('a sequence that documents must have is left empty there, and goes from images', () => {
  const step = { '00081111': one('SQ', { '00081155': one('UI', '1.2.3.4.55') }) };
  const of = (sopClass: string) =>
    aDeidentifier({ cleanStructuredContent: true }).dataset(
      aDataset({ ...step, '00080016': one('UI', sopClass) }),
      SUBJECT,
    ).dataset['00081111'];
  expect(of('1.2.840.10008.5.1.4.1.1.88.22')).toEqual({ vr: 'SQ' });
  expect(of('1.2.840.10008.5.1.4.1.1.2')).toBeUndefined();
});

test('references stay right across instances and studies, and differ between projects', () => {
  const deidentifier = aDeidentifier();
  const referring = aDataset({
    '00080018': one('UI', '1.9.9'),
    '00081140': one('SQ', {
      '00081150': one('UI', '1.2.840.10008.5.1.4.1.1.2'),
      '00081155': one('UI', '1.2.3.4.5.6.7'),
    }),
  });
  const image = deidentifier.dataset(aDataset(), SUBJECT).dataset;
  const reference = deidentifier.dataset(referring, SUBJECT).dataset;
  expect(words(reference['00081140'])).toContain(text(image, '00080018'));
  expect(text(image, '00080018')).toMatch(/^2\.25\.\d{1,39}$/);
  const other = aDeidentifier({}, { key: projectKey(Buffer.alloc(32, 8), 'Q-') }).dataset(
    aDataset(),
    SUBJECT,
  );
  expect(text(other.dataset, '00080018')).not.toBe(text(image, '00080018'));
  expect(other.pseudonym).not.toBe(text(image, '00100020'));
});

test('all dates of a patient move alike, within a year, and times stay', () => {
  const { dataset } = aDeidentifier({ keepWeekday: true }).dataset(
    aDataset({ '00080021': one('DA', '20260203') }),
    SUBJECT,
  );
  const study = text(dataset, '00080020');
  expect(text(dataset, '00080022')).toBe(study);
  expect(text(dataset, '0008002A')).toBe(`${study}101500.5+0800`);
  expect(text(dataset, '00080021')).toBe(shiftDate(study, 3));
  const days = Math.abs(daysOf(study) - daysOf('20260131'));
  expect(days).toBeGreaterThan(0);
  expect(days).toBeLessThanOrEqual(365);
  expect(days % 7).toBe(0);
  expect(text(dataset, '00080030')).toBe('101500');
});

const daysOf = (date: string): number =>
  Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6))) / 86_400_000;

test.each(Array.from({ length: 40 }, (_, i) => [`patient ${i}`]))(
  'the shift of %s is never none',
  (patient) => {
    const key = projectKey(Buffer.alloc(32, 1), '');
    for (const keepWeekday of [false, true]) {
      const days = key.shiftDays(patient, keepWeekday);
      expect(days).not.toBe(0);
      expect(Math.abs(days)).toBeLessThanOrEqual(365);
      expect(key.shiftDays(patient, keepWeekday)).toBe(days);
    }
  },
);

test.each([
  ['20240228', 2, '20240301'],
  ['2024.02.28', 1, '20240229'],
  ['20231231', 1, '20240101'],
  ['20230229', 1, null],
  ['today', 1, null],
])('the date %s moved by %i is %s', (date, days, expected) => {
  expect(shiftDate(date, days)).toBe(expected);
});

test.each([
  ['2026', 365, '2027'],
  ['202601', 31, '202602'],
  ['20260131235959.123456-0500', 1, '20260201235959.123456-0500'],
  ['12', 1, null],
])('the date and time %s moved by %i is %s', (dateTime, days, expected) => {
  expect(shiftDateTime(dateTime, days)).toBe(expected);
});

test.each([
  ['089Y', '089Y'],
  ['090Y', '090Y'],
  ['103Y', '090Y'],
  ['007M', '007M'],
  ['ninety', null],
])('the age %s becomes %s', (age, expected) => {
  expect(coarseAge(age)).toBe(expected);
});

test('the age is said where it was not and the birth date is gone', () => {
  const { dataset } = aDeidentifier().dataset(aDataset(), SUBJECT);
  expect(text(dataset, '00101010')).toBe('045Y');
  expect(dataset['00100030']).toEqual({ vr: 'DA' });
  expect(
    aDeidentifier({ retainPatientCharacteristics: false }).dataset(aDataset(), SUBJECT).dataset['00101010'],
  ).toBeUndefined();
});

test('private attributes are removed but for safe ones of a known creator', () => {
  const own = aDataset({
    '00190010': one('LO', 'SIEMENS MR HEADER'),
    '0019100C': one('IS', 800),
    '00191018': one('LO', '张三丰'),
    '00290010': one('LO', 'SIEMENS CSA HEADER'),
    '00291010': { vr: 'OB', InlineBinary: Buffer.from('张三丰').toString('base64') },
  });
  const { dataset } = aDeidentifier().dataset(own, SUBJECT);
  expect(dataset['0019100C']).toEqual(one('IS', 800));
  expect(dataset['00190010']).toEqual(one('LO', 'SIEMENS MR HEADER'));
  expect(Object.keys(dataset).filter((tag) => /^0029|00191018/.test(tag))).toEqual([]);
  const none = aDeidentifier({ retainSafePrivate: false }).dataset(own, SUBJECT).dataset;
  expect(Object.keys(none).filter((tag) => /^0019/.test(tag))).toEqual([]);
});

test('a report keeps codes and measures, and neither texts nor names', () => {
  const report = aDataset({
    '00080016': one('UI', '1.2.840.10008.5.1.4.1.1.88.22'),
    '0040A040': one('CS', 'CONTAINER'),
    '0040A730': one(
      'SQ',
      { '0040A040': one('CS', 'TEXT'), '0040A160': one('UT', '患者张三丰，右肺结节') },
      { '0040A040': one('CS', 'PNAME'), '0040A123': one('PN', { Alphabetic: 'Zhao^Liu' }) },
      { '0040A040': one('CS', 'NUM'), '0040A300': one('SQ', { '0040A30A': one('DS', 12) }) },
    ),
  });
  expect(aDeidentifier().leftOut('1.2.840.10008.5.1.4.1.1.88.22')).toBe('STRUCTURED_REPORT');
  const cleaning = aDeidentifier({ cleanStructuredContent: true });
  expect(cleaning.leftOut('1.2.840.10008.5.1.4.1.1.88.22')).toBeNull();
  const { dataset } = cleaning.dataset(report, SUBJECT);
  expect(words(dataset)).not.toMatch(/结节|Zhao/);
  expect(dataset['0040A730']?.Value).toHaveLength(1);
});

test.each([
  ['1.2.840.10008.5.1.4.1.1.104.1', 'ENCAPSULATED_DOCUMENT'],
  ['1.2.840.10008.5.1.4.1.1.66', 'RAW_DATA'],
  ['1.2.840.10008.5.1.4.1.1.66.4', null],
  ['1.2.840.10008.5.1.4.1.1.9.4.1', 'AUDIO'],
  ['1.3.12.2.1107.5.9.1', 'PRIVATE_SOP_CLASS'],
  ['1.2.840.10008.5.1.4.1.1.4', null],
])('of the SOP class %s it is said %s', (sopClass, reason) => {
  expect(aDeidentifier().leftOut(sopClass)).toBe(reason);
});

test('presentation states lose their texts, and overlays go', () => {
  const state = aDataset({
    '00700001': one(
      'SQ',
      { '00700008': one('SQ', { '00700006': one('ST', '张三丰') }) },
      { '00700009': one('SQ', { '00700023': one('CS', 'POLYLINE') }), '00700008': one('SQ', {}) },
    ),
    '60000010': one('US', 4),
    '60003000': { vr: 'OW', InlineBinary: 'AAAA' },
    '50000005': one('US', 1),
  });
  const { dataset } = aDeidentifier({ cleanGraphics: true }).dataset(state, SUBJECT);
  expect(dataset['00700001']?.Value).toHaveLength(1);
  expect(words(dataset)).not.toContain('00700006');
  expect(Object.keys(dataset).filter((tag) => /^[56]0/.test(tag))).toEqual([]);
});

test.each([
  [{ '00280301': one('CS', 'YES') }, ['BURNED_IN_ANNOTATION']],
  [{ '00080060': one('CS', 'US') }, ['ULTRASOUND']],
  [{ '00080060': one('CS', 'US'), '00280301': one('CS', 'NO') }, []],
  [
    { '00080016': one('UI', '1.2.840.10008.5.1.4.1.1.7'), '00280301': one('CS', 'NO') },
    ['SECONDARY_CAPTURE'],
  ],
  [{ '00080064': one('CS', 'WSD') }, ['CONVERTED']],
  [{ '00080008': one('CS', 'DERIVED', 'SECONDARY', 'SCREEN SAVE') }, ['SCREEN_SAVE']],
  [{ '00180015': one('CS', 'HEAD') }, ['FACE']],
  [{ '00081030': one('LO', '头颅平扫') }, ['FACE']],
  [{ '60000010': one('US', 4) }, ['OVERLAY_IN_PIXELS']],
  [{}, []],
])('an image with %j has the risks %j', (changes, risks) => {
  expect(pixelRisks(aDataset(changes), true)).toEqual(risks);
});

test('the same again gives the same', () => {
  expect(aDeidentifier().dataset(aDataset(), SUBJECT)).toEqual(aDeidentifier().dataset(aDataset(), SUBJECT));
});
