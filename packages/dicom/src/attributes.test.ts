import { expect, test } from 'vitest';
import { attribute, describeTag, TAG, tagOf, tagText } from './attributes.ts';

test('an attribute is found by tag and by keyword', () => {
  expect(attribute('00100020')).toEqual({
    tag: '00100020',
    keyword: 'PatientID',
    vr: 'LO',
    vm: '1',
    retired: false,
  });
  expect(tagOf('PatientID')).toBe('00100020');
});

test('every named tag agrees with the registry', () => {
  for (const [keyword, tag] of Object.entries(TAG)) {
    if (tag.startsWith('FFFE')) continue;
    expect(attribute(tag)?.keyword).toBe(keyword);
    expect(tagOf(keyword)).toBe(tag);
  }
});

test('overlay and curve attributes are found in every repeating group', () => {
  expect(attribute('60020010')?.keyword).toBe('OverlayRows');
  expect(attribute('601E3000')).toMatchObject({ tag: '601E3000', keyword: 'OverlayData', vr: 'OW' });
  expect(attribute('50043000')?.keyword).toBe('CurveData');
});

test('odd and out-of-range groups do not repeat the registry', () => {
  expect(attribute('60010010')).toBeUndefined();
  expect(attribute('60200010')).toBeUndefined();
  expect(attribute('00091001')).toBeUndefined();
});

test('attributes that are signed or unsigned by the pixels carry both VRs', () => {
  expect(attribute('00280106')).toMatchObject({ vr: 'US', signedVr: 'SS' });
});

test('a retired attribute has its keyword without a prefix', () => {
  expect(attribute('00080010')).toMatchObject({ keyword: 'RecognitionCode', retired: true });
});

test('tag numbers become eight upper-case hex digits', () => {
  expect(tagText(0x7fe00010)).toBe('7FE00010');
  expect(tagText(0x0009_10ab)).toBe('000910AB');
});

test('whatever tags were met before, each has its own text', () => {
  for (let round = 0; round < 2; round++) {
    for (let tag = 0; tag <= 0xffff_ffff; tag += 0x0007_0401)
      expect(tagText(tag)).toBe(tag.toString(16).toUpperCase().padStart(8, '0'));
  }
});

test('a tag is described by its keyword where it has one', () => {
  expect(describeTag('0020000D')).toBe('(0020,000D) StudyInstanceUID');
  expect(describeTag('00091001')).toBe('(0009,1001)');
});
