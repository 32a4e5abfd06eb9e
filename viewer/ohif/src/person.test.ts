import { expect, test } from 'vitest';
import { ageText, dateTimeText, instantText, personName, sexText } from './person.ts';

test('the ideographic name is preferred and written without gaps', () => {
  expect(personName({ Alphabetic: 'Wang^XiaoDong', Ideographic: '王^小东' })).toBe('王小东');
  expect(personName([{ Alphabetic: 'Wang^XiaoDong', Ideographic: '王^小东' }])).toBe('王小东');
  expect(personName('Wang^XiaoDong=王^小东')).toBe('王小东');
});

test('without an ideographic name the alphabetic one is shown, and nothing when there is none', () => {
  expect(personName({ Alphabetic: 'Smith^John^^Dr', Ideographic: '^' })).toBe('Smith John Dr');
  expect(personName(undefined)).toBe('');
  expect(personName(42)).toBe('');
});

test('the recorded age is used, in the unit it was recorded in', () => {
  expect(ageText({ PatientAge: '056Y' })?.zh).toBe('56岁');
  expect(ageText({ PatientAge: '007M' })?.zh).toBe('7月');
  expect(ageText({ PatientAge: '012D' })?.zh).toBe('12天');
});

test('a missing age is reckoned at the study date, before and after the birthday', () => {
  expect(ageText({ PatientBirthDate: '19700305', StudyDate: '20260304' })?.zh).toBe('55岁');
  expect(ageText({ PatientBirthDate: '19700305', StudyDate: '20260305' })?.zh).toBe('56岁');
  expect(ageText({ PatientBirthDate: '20260101', StudyDate: '20260111' })?.zh).toBe('10天');
  expect(ageText({ PatientBirthDate: '20270101', StudyDate: '20260111' })).toBeUndefined();
  expect(ageText({ PatientBirthDate: 'unknown' })).toBeUndefined();
});

test('dates and times are shortened for reading', () => {
  expect(dateTimeText('20261121', '140533.120')).toBe('2026-11-21 14:05');
  expect(dateTimeText('20261121', '')).toBe('2026-11-21');
  expect(dateTimeText('', '1405')).toBe('');
});

test('sex has its Chinese word, and an unknown code none', () => {
  expect(sexText('F')?.zh).toBe('女');
  expect(sexText('X')).toBeUndefined();
});

test('an instant is written in the reader’s own time, nothing for what is none', () => {
  expect(instantText(new Date(2026, 10, 21, 9, 5).toISOString())).toBe('2026-11-21 09:05');
  expect(instantText('soon')).toBe('');
});
