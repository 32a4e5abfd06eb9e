import { describe, expect, test } from 'vitest';
import type { StudyHeaders } from '../catalogues/headers.ts';
import { expand } from '../catalogues/headers.ts';
import { ct, mr, dwi } from '../catalogues/scanners.ts';
import { defaultCatalogue } from './catalogue.ts';
import { evaluateStudy } from './evaluate.ts';
import type { ExamMappingEntry } from './examMapping.ts';
import { examNamesOf } from './examNames.ts';
import { itemsOfOrder } from './itemsOfOrder.ts';
import type { PlacedOrder } from './placedOrder.ts';
import { summarizeStudy } from './summarize.ts';

const catalogue = defaultCatalogue();
const thinChest = { thickness: 1, range: [-150, 150] as const };
const plainChest = [ct('ge', 'Thorax', thinChest)];
const order = (
  exams: Partial<PlacedOrder['exams'][number]> | Partial<PlacedOrder['exams'][number]>[],
  modality = '',
): PlacedOrder => ({
  exams: [exams].flat().map((exam) => ({ code: '', scheme: '', name: '', ...exam })),
  modality,
});

function judge(
  headers: string,
  series: StudyHeaders['series'],
  placed: PlacedOrder | null,
  examMapping: ExamMappingEntry[] = [],
): string[] {
  const common = { StudyDate: '20240603', ...(headers === '' ? {} : { StudyDescription: headers }) };
  const result = evaluateStudy(summarizeStudy(expand({ common, series })), catalogue, {
    settled: true,
    examMapping,
    order: placed,
  });
  return [
    ...result.results.map(({ itemCode, verdict }) => `${itemCode} ${verdict}`),
    ...(result.notListed === undefined ? [] : [result.notListed.reason]),
  ];
}

function brain(): StudyHeaders['series'] {
  return [
    mr('siemens', 'T1', 't1_tse_tra'),
    mr('siemens', 'T2', 't2_tse_tra', { at: 60 }),
    mr('siemens', 'FLAIR', 't2_tirm_tra_dark-fluid', { at: 120 }),
    dwi('siemens', 'ep2d_diff_3scan_trace', 1000, { at: 180 }),
  ];
}

describe('the order of the hospital system', () => {
  test('its code, mapped once, is the most trusted word on the item', () => {
    expect(
      judge('', plainChest, order({ code: 'CT0107' }), [{ code: 'CT0107', itemCodes: ['CT-05'] }]),
    ).toEqual(['CT-05 PASS']);
  });

  test('its name selects the item where the headers name no exam', () => {
    expect(judge('', plainChest, order({ name: '胸部CT平扫' }))).toEqual(['CT-05 PASS']);
  });

  test('a study is never judged on an easier item than was ordered', () => {
    expect(judge('颅脑MRI平扫', brain(), order({ name: '颅脑MRI平扫+增强' }))).toEqual(['MR-02 FAIL']);
    const table = [{ code: 'MR2', itemCodes: ['MR-02'] }];
    expect(judge('颅脑MRI平扫', brain(), order({ code: 'MR2' }), table)).toEqual(['MR-02 FAIL']);
  });

  test('a plain order beside headers that ask for contrast goes to a person', () => {
    expect(judge('颅脑MRI平扫+增强', brain(), order({ name: '颅脑MRI平扫' })).join()).toMatch(/REVIEW/);
    const table = [{ code: 'MR1', itemCodes: ['MR-01'] }];
    expect(judge('颅脑MRI平扫+增强', brain(), order({ code: 'MR1' }), table)).toEqual(['MR-01 REVIEW']);
    expect(
      judge('颅脑MRI平扫+增强', brain(), order({ code: 'MR1' }), [
        ...table,
        { name: '颅脑MRI平扫+增强', itemCodes: ['MR-02'] },
      ]),
    ).toEqual(['MR-01 REVIEW']);
  });

  test('an order of another part never passes by images that are not of it', () => {
    const table = [{ code: 'HEAD', itemCodes: ['CT-01'] }];
    for (const headers of ['', '胸部CT平扫'])
      for (const placed of [order({ code: 'HEAD' }), order({ name: '颅脑CT平扫' })])
        expect(judge(headers, plainChest, placed, table).join()).not.toMatch(/PASS/);
  });

  test('an order of another modality than the images goes to a person, whatever else agrees', () => {
    expect(judge('胸部CT平扫', plainChest, order({ name: '胸部平扫' }, 'MR'))).toEqual(['CT-05 REVIEW']);
    expect(judge('胸部CT平扫', plainChest, order({ name: '胸部平扫' }, 'CT'))).toEqual(['CT-05 PASS']);
  });

  test('an order that no table knows doubts what the headers were mapped to', () => {
    const table = [{ name: '胸部CT平扫', itemCodes: ['CT-05'] }];
    expect(judge('胸部CT平扫', plainChest, order({ name: '胸部CT平扫+增强' }), table)).toEqual([
      'CT-05 REVIEW',
    ]);
    expect(judge('胸部CT平扫', plainChest, order({ name: 'CT引导下肺穿刺活检' }), table)).toEqual([
      'CT-05 REVIEW',
    ]);
    expect(judge('胸部CT平扫', plainChest, order({ name: '肺部CT平扫' }), table)).toEqual(['CT-05 PASS']);
  });

  test('an exam that the table says is on no list gives no item, whatever the headers say', () => {
    expect(judge('胸部CT平扫', plainChest, order({ code: 'X' }), [{ code: 'X', itemCodes: [] }])).toEqual([
      'NOT_IN_LIST',
    ]);
  });

  test('several orders of one exam are judged one by one; where one is unknown a person decides', () => {
    const both = order([{ code: 'CT1' }, { code: 'CT2', name: '冠脉钙化积分' }]);
    expect(judge('', plainChest, both, [{ code: 'CT1', itemCodes: ['CT-05'] }])).toEqual(['CT-05 REVIEW']);
  });

  test('its names stand first among those a study carries, codes of hospital systems in full', () => {
    const study = summarizeStudy(expand({ common: { StudyDescription: '胸部' }, series: plainChest }));
    expect(
      examNamesOf(study, order({ code: 'HIS-2024-CT-CHEST-0001', scheme: '99his', name: '胸部CT平扫' })),
    ).toEqual([
      { code: 'HIS-2024-CT-CHEST-0001', scheme: '99HIS', name: '胸部CT平扫', modality: 'CT' },
      { code: '', scheme: '', name: '胸部', modality: 'CT' },
    ]);
  });
});

describe('an order without a study', () => {
  const items = (name: string, modality = '', mapping: ExamMappingEntry[] = []) =>
    itemsOfOrder({ code: '', scheme: '', name, modality }, catalogue, mapping);

  test('stands for what the hospital mapped it to', () => {
    const table = [
      { code: 'A', itemCodes: ['CT-05'] },
      { code: 'B', itemCodes: [] },
    ];
    const ask = (code: string) =>
      itemsOfOrder({ code, scheme: '', name: '颅脑CT平扫', modality: 'CT' }, catalogue, table);
    expect(ask('A')).toMatchObject({ itemCodes: ['CT-05'], how: 'table', confidence: 1 });
    expect(ask('B')).toMatchObject({ itemCodes: [], how: 'table', confidence: 1 });
  });

  test.each([
    ['胸部CT平扫', 'CT', ['CT-05']],
    ['颅脑MRI平扫', 'MR', ['MR-01']],
    ['颅脑MRI平扫+增强', '', ['MR-02']],
  ])('%s is told by its words', (name, modality, itemCodes) => {
    expect(items(name, modality)).toMatchObject({ itemCodes, how: 'name' });
  });

  test.each([
    ['胸部CT', 'it does not say whether with contrast'],
    ['胸部', 'it names no modality'],
    ['套餐A', 'it names no part'],
    ['', 'it says nothing'],
  ])('%s is not certain: %s', (name) => {
    expect(items(name)).toMatchObject({ itemCodes: [], how: 'unknown' });
  });

  test.each(['CT引导下胸部增强穿刺', '胸部CT增强放疗定位', '上消化道钡餐造影'])(
    '%s is on no list',
    (name) => {
      expect(items(name, 'CT')).toMatchObject({ itemCodes: [], how: 'unlisted' });
    },
  );
});
