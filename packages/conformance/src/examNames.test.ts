import { expect, test } from 'vitest';
import { expand, type Attributes } from '../catalogues/headers.ts';
import { ct } from '../catalogues/scanners.ts';
import { defaultCatalogue } from './catalogue.ts';
import { examNamesOf, normaliseExamName, type ExamName } from './examNames.ts';
import { suggestItems } from './suggestItems.ts';
import { summarizeStudy } from './summarize.ts';

function namesOf(common: Attributes): ExamName[] {
  return examNamesOf(summarizeStudy(expand({ common, series: [ct('ge', '5mm')] })));
}

test('codes come before names, each once, with the modality of the images', () => {
  expect(
    namesOf({
      StudyDescription: '胸部ＣＴ　平扫',
      RequestedProcedureDescription: '胸部CT检查',
      ProcedureCodeSequence: [
        { CodeValue: 'CT0042', CodingSchemeDesignator: '99his', CodeMeaning: '胸部CT 平扫' },
      ],
    }),
  ).toEqual([
    { code: 'CT0042', scheme: '99HIS', name: '胸部CT 平扫', modality: 'CT' },
    { code: '', scheme: '', name: '胸部CT检查', modality: 'CT' },
  ]);
});

test.each(['20240603', '张三', 'ZHANG^SAN', 'A1', '12345-2', ''])('%j is no exam name', (text) => {
  expect(namesOf({ StudyDescription: text })).toEqual([]);
});

test.each(['Brain^Routine', '胸部', '低剂量筛查项目', 'CT急诊'])('%j is an exam name', (text) => {
  expect(namesOf({ StudyDescription: text }).map((name) => name.name)).toEqual([text]);
});

test('numbers of orders are taken out of a name', () => {
  expect(normaliseExamName(' 头颅CT平扫  2024060312345 ')).toBe('头颅CT平扫');
});

test.each([
  ['上腹部CT平扫+三期增强', '', ['CT-07']],
  ['颅脑MRI平扫+MRA', '', ['MR-01', 'MR-16']],
  ['胸部正侧位', 'DX', ['DR-01']],
  ['双侧乳腺钼靶', '', ['DR-07']],
  ['CT UROGRAM', '', ['CT-15']],
])('%s suggests %s %s', (name, modality, items) => {
  expect(suggestItems(name, modality, defaultCatalogue())[0]?.itemCodes).toEqual(items);
});

test('a name that says nothing of contrast suggests the plain item first and the enhanced one second', () => {
  expect(suggestItems('颅脑磁共振', 'MR', defaultCatalogue()).map((one) => one.itemCodes)).toEqual(
    expect.arrayContaining([['MR-01'], ['MR-02']]),
  );
});

test('a name of nothing suggests nothing', () => {
  expect(suggestItems('项目A', 'CT', defaultCatalogue())).toEqual([]);
});
