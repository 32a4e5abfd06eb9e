import { defaultCatalogue } from '@hutong/conformance';
import type { LearnedMapping } from '@hutong/storage-config';
import { expect, test } from 'vitest';
import { foldName } from './likeness.ts';
import { type ExamToSuggest, learn, suggest } from './suggest.ts';

const catalogue = defaultCatalogue();
const exam = (over: Partial<ExamToSuggest>): ExamToSuggest => ({
  hospital: 'h1',
  code: '',
  scheme: '',
  name: '',
  modality: 'MR',
  ...over,
});
const mapped = (over: Partial<LearnedMapping>): LearnedMapping => ({
  hospital: 'h2',
  code: '',
  scheme: '',
  names: [],
  itemCodes: ['MR-01'],
  ...over,
});
const first = (one: ExamToSuggest, mappings: LearnedMapping[], shown: string[] = ['h1']) =>
  suggest(one, learn(mappings), catalogue, (hospital) => shown.includes(hospital))[0];

test('without anything learned the words of the name speak', () => {
  const [likeliest] = suggest(exam({ name: '头颅MRI平扫' }), learn([]), catalogue, () => true);
  expect(likeliest?.itemCodes).toEqual(['MR-01']);
});

test('what people mapped under the same name goes before the words', () => {
  const odd = mapped({ names: ['头颅MRI平扫'], itemCodes: ['MR-05'] });
  expect(first(exam({ name: ' 头颅 mri（平扫）' }), [odd])).toMatchObject({
    itemCodes: ['MR-05'],
    because: { zh: '1 家其他医院将同名检查如此对应' },
  });
});

test("the same code says something only under a scheme that is not a hospital's own", () => {
  const at = (scheme: string) =>
    first(exam({ code: '24558-9', scheme, name: 'zzz' }), [
      mapped({ code: '24558-9', scheme, itemCodes: ['MR-05'] }),
    ]);
  expect(at('LN')).toMatchObject({ itemCodes: ['MR-05'] });
  expect(at('99HIS')).toBeUndefined();
  expect(at('')).toBeUndefined();
});

test('a name that is like a mapped one is suggested, but not where a word parts the exams', () => {
  const known = [mapped({ hospital: 'h1', names: ['左侧腕关节磁共振甲乙丙'], itemCodes: ['MR-05'] })];
  const like = suggest(exam({ name: '右侧腕关节磁共振甲乙丙' }), learn(known), catalogue, () => true);
  expect(like.find(({ itemCodes }) => itemCodes.includes('MR-05'))?.because.zh).toBe(
    '与已对应的“左侧腕关节磁共振甲乙丙”名称相近',
  );
  const codes = suggest(exam({ name: '左侧腕关节磁共振甲乙丙增强' }), learn(known), catalogue, () => true);
  expect(codes.flatMap(({ itemCodes }) => itemCodes)).not.toContain('MR-05');
});

test('names of hospitals out of view are not quoted', () => {
  const known = [mapped({ names: ['某院自定检查项目甲乙丙'], itemCodes: ['MR-05'] })];
  const told = first(exam({ name: '某院自定检查项目甲乙' }), known);
  expect(told?.itemCodes).toEqual(['MR-05']);
  expect(JSON.stringify(told)).not.toContain('某院自定检查项目甲乙丙');
  expect(JSON.stringify(told)).not.toContain('h2');
});

test('the more hospitals agree the likelier, and where they do not, less', () => {
  const agree = ['h2', 'h3', 'h4'].map((hospital) =>
    mapped({ hospital, names: ['甲乙'], itemCodes: ['MR-05'] }),
  );
  const apart = [...agree.slice(0, 2), mapped({ hospital: 'h4', names: ['甲乙'], itemCodes: ['MR-06'] })];
  const one = exam({ name: '甲乙' });
  expect(first(one, agree)!.score).toBeGreaterThan(first(one, agree.slice(0, 1))!.score);
  expect(first(one, apart)!.score).toBeLessThan(first(one, agree)!.score);
  expect(first(one, apart)!.itemCodes).toEqual(['MR-05']);
});

test('items that are not on the list of the hospital are not suggested', () => {
  expect(first(exam({ name: '甲乙' }), [mapped({ names: ['甲乙'], itemCodes: ['BJ-77'] })])).toBeUndefined();
});

test('an exam that others know to be on no item is suggested so', () => {
  expect(first(exam({ name: '甲乙' }), [mapped({ names: ['甲乙'], itemCodes: [] })])).toMatchObject({
    itemCodes: [],
  });
});

test('names are the same whatever their case, width, blanks and punctuation', () => {
  expect(foldName('头颅　MRI（平扫）')).toBe(foldName('头颅 mri-平扫'));
});
