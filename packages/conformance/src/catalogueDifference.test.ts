import { expect, test } from 'vitest';
import { expand } from '../catalogues/headers.ts';
import { HECHI_2024_EXAMPLES } from '../catalogues/hechi2024.examples.ts';
import { type Catalogue, defaultCatalogue, parseCatalogue, shippedCatalogues } from './catalogue.ts';
import { catalogueDifference } from './catalogueDifference.ts';
import { evaluateStudy } from './evaluate.ts';
import { summarizeStudy } from './summarize.ts';

const hechi = defaultCatalogue();
const suizhou = shippedCatalogues()
  .map(({ document }) => parseCatalogue(document))
  .find(({ id }) => id === 'suizhou')!;
const altered = (change: (catalogue: Catalogue) => void): Catalogue => {
  const copy = structuredClone(hechi);
  change(copy);
  return copy;
};
const item = (catalogue: Catalogue, code: string) => catalogue.items.find((one) => one.code === code)!;

test('a list does not differ from itself', () => {
  const none = catalogueDifference(hechi, structuredClone(hechi));
  expect([none.added, none.removed, none.changed]).toEqual([[], [], []]);
});

test('items that came and went are named', () => {
  const without = altered((one) => one.items.splice(0, 1));
  expect(catalogueDifference(hechi, without).removed.map(({ code }) => code)).toEqual(['DR-01']);
  expect(catalogueDifference(without, hechi).added.map(({ code }) => code)).toEqual(['DR-01']);
});

test('a requirement that changes is told with what it demanded before', () => {
  const now = altered((one) => {
    const dwi = item(one, 'MR-01').requirements.find(({ id }) => id === 'DWI')!;
    dwi.expr.series!.minB = 1000;
    dwi.level = 'should';
  });
  expect(catalogueDifference(hechi, now).changed).toMatchObject([
    {
      code: 'MR-01',
      requirements: [
        {
          id: 'DWI',
          kind: 'changed',
          before: { level: 'must' },
          after: { level: 'should' },
          text: {
            zh: '“DWI”：由必须改为建议；最低 b 值（s/mm²）由“800”改为“1000”',
            en: '"DWI": recommended, was required; lowest b-value (s/mm²) changed from "800" to "1000"',
          },
        },
      ],
      other: [],
    },
  ]);
});

test('a list with another name or other exams for an item says so', () => {
  const now = altered((one) => {
    item(one, 'CT-01').name.zh = '颅脑CT';
    item(one, 'CT-01').selector.regions.push('face');
  });
  const [changed] = catalogueDifference(hechi, now).changed;
  expect(changed?.requirements).toEqual([]);
  expect(changed?.other.map(({ zh }) => zh)).toEqual([
    '名称原为“头颅CT平扫”',
    '适用检查改变（部位：头颅 → 头颅、颌面部）',
  ]);
});

test('the second list differs in what is documented of it: no DWI for the brain, limbs and joints without reconstruction', () => {
  const { changed } = catalogueDifference(hechi, suizhou);
  const of = (code: string): string[] =>
    changed
      .find((one) => one.code === code)!
      .requirements.map(({ id, kind, after }) => `${kind} ${id} ${after?.level ?? ''}`.trim());
  expect(of('MR-01')).toEqual(['removed DWI']);
  expect(of('MR-02')).toEqual(['removed DWI']);
  expect(of('CT-21')).toEqual(['changed R3D should', 'changed MPR should']);
});

test('every item of the second list says that its text or its reading is inferred, except where it is the same', () => {
  for (const one of suizhou.items)
    if (!one.code.startsWith('DR')) expect(one.itemInferred, one.code).toBe(true);
  expect(suizhou.effective.inferred).toBe(true);
  expect(suizhou.provenance.notes).toHaveLength(3);
});

test('a brain without diffusion passes the second list and fails the first, each under its own name', () => {
  const { study } = HECHI_2024_EXAMPLES.find(
    (one) => one.itemCode === 'MR-01' && one.expect === 'FAIL' && one.about.startsWith('no diffusion'),
  )!;
  const summary = summarizeStudy(expand(study));
  const judge = (catalogue: Catalogue) =>
    evaluateStudy(summary, catalogue, { settled: true }).results.map((result) => ({
      list: result.catalogue.id,
      item: result.itemName.zh,
      verdict: result.verdict,
      missing: result.requirements
        .filter(({ status }) => status === 'NOT_SATISFIED')
        .map(({ label }) => label.zh),
    }));
  expect(judge(hechi)).toEqual([
    { list: 'hechi-2024', item: '颅脑MRI平扫', verdict: 'FAIL', missing: ['DWI'] },
  ]);
  expect(judge(suizhou)).toEqual([{ list: 'suizhou', item: '颅脑MRI平扫', verdict: 'PASS', missing: [] }]);
});
