import { say } from './bilingual.ts';
import type { Catalogue, CatalogueItem, Technique } from './catalogue.ts';
import type { OrderedExam } from './order.ts';
import { called } from './names.ts';
import type { Bilingual, StudyConformance } from './types.ts';

export type Category = 'DR' | 'MG' | 'CT' | 'MR';

/** What the series of an exam show, as far as the choice of an item needs it. */
export interface Evidence {
  post: boolean;
  /** Contrast is spoken of, but no series can be told. */
  possible: boolean;
  weightings: Set<string>;
  coverageMm: number;
  angioWords: Set<string>;
}

/** The regions whose items an exam region stands for. */
export function expand(exam: OrderedExam, category: Category, evidence: Evidence): string[] {
  const cta = exam.angio.includes('cta');
  if (category === 'CT' && cta && exam.regions.includes('head') && exam.regions.includes('neck'))
    return ['head-neck'];
  return exam.regions.flatMap((region) => {
    if (category === 'CT' && !cta && !exam.angio.includes('ctu')) {
      if (region === 'whole-abdomen') return ['upper-abdomen', 'mid-abdomen', 'lower-abdomen'];
      if (region === 'abdomen')
        return evidence.coverageMm >= 380
          ? ['upper-abdomen', 'mid-abdomen', 'lower-abdomen']
          : ['upper-abdomen'];
    }
    if (category === 'MR' && region === 'whole-abdomen') return ['upper-abdomen', 'lower-abdomen'];
    if (category === 'MR' && region === 'abdomen') return ['upper-abdomen'];
    if (category === 'CT' && cta && region === 'limb') return ['lower-limb-artery'];
    if (category === 'CT' && region === 'pelvis-bone') return ['limb'];
    return [region];
  });
}

type Choice =
  | { items: CatalogueItem[]; doubt: Bilingual | null; regionDoubt: Bilingual | null }
  | { notListed: NonNullable<StudyConformance['notListed']> };

/** The items of one region of an exam, or why there is none. */
export function choose(
  category: Category,
  region: string,
  exam: OrderedExam,
  evidence: Evidence,
  catalogue: Catalogue,
): Choice {
  const itemFor = (technique: Technique, at = region): CatalogueItem | undefined =>
    catalogue.items.find(
      (item) =>
        item.category === (category === 'MG' ? 'DR' : category) &&
        item.selector.technique === technique &&
        item.selector.regions.includes(at),
    );
  const pick = (
    item: CatalogueItem | undefined,
    doubt: Bilingual | null = null,
    regionDoubt: Bilingual | null = null,
  ): Choice => (item === undefined ? notInList(region) : { items: [item], doubt, regionDoubt });
  if (exam.angio.length === 1 && exam.angio[0] === 'other') return notInList(region);
  if (category === 'DR') return pick(itemFor('radiograph'));
  if (category === 'MG') return pick(itemFor('mammography', 'breast'));
  if (category === 'CT') {
    if (exam.angio.includes('ctv')) return notInList(region);
    if (exam.angio.includes('ctu')) return pick(itemFor('ctu', 'urinary'));
    const vessel = ['coronary', 'pulmonary-artery', 'aorta', 'left-atrium', 'lower-limb-artery'].includes(
      region,
    );
    if (exam.angio.includes('calcium') && !exam.angio.includes('cta') && !evidence.post)
      return notInList(region);
    if (exam.angio.includes('cta') || vessel) {
      if (region === 'neck')
        return pick(
          itemFor('cta', 'head-neck'),
          null,
          say(
            '申请只写颈部血管，清单项目为头颈部 CTA',
            'only the neck is named; the item is CTA of head and neck',
          ),
        );
      if (region === 'chest') {
        const items = [itemFor('cta', 'pulmonary-artery'), itemFor('cta', 'aorta')].filter(
          (item) => item !== undefined,
        );
        return {
          items,
          doubt: say(
            '“胸部 CTA”可能是肺动脉，也可能是主动脉',
            'a chest CTA may be of the pulmonary arteries or the aorta',
          ),
          regionDoubt: null,
        };
      }
      return pick(itemFor('cta'));
    }
    if (region === 'urinary')
      return exam.contrast === 'pre' || (exam.contrast === null && !evidence.post)
        ? notInList(region)
        : pick(itemFor('ctu'));
    return plainOrEnhanced(itemFor('plain'), itemFor('enhanced'), region, exam, evidence);
  }
  if (exam.angio.includes('hydrography')) return pick(itemFor('hydrography'));
  for (const technique of ['mra', 'mrv'] as const) {
    if (!exam.angio.includes(technique)) continue;
    const enhanced =
      exam.contrast === 'post' ||
      exam.contrast === 'prepost' ||
      (exam.contrast === null && evidence.weightings.has('CEMRA'));
    return pick(itemFor(enhanced ? `ce-${technique}` : technique));
  }
  return plainOrEnhanced(itemFor('plain'), itemFor('enhanced'), region, exam, evidence);
}

/** The order decides; without one, evidence of contrast does. A study is never judged on the easier of two items. */
function plainOrEnhanced(
  plain: CatalogueItem | undefined,
  enhanced: CatalogueItem | undefined,
  region: string,
  exam: OrderedExam,
  evidence: Evidence,
): Choice {
  const only = (item: CatalogueItem, doubt: Bilingual | null = null): Choice => ({
    items: [item],
    doubt,
    regionDoubt: null,
  });
  if (plain === undefined && enhanced === undefined) return notInList(region);
  const wantsContrast =
    exam.contrast === 'post' || exam.contrast === 'prepost' || (exam.contrast === null && evidence.post);
  if (wantsContrast) {
    if (enhanced !== undefined) return only(enhanced);
    if (plain === undefined || plain.textVerbatim.includes('平扫'))
      return notInList(region, '该部位清单内只有平扫项目', 'the list has only a plain item for this part');
    return only(
      plain,
      say('检查含增强，而清单项目未写增强', 'the exam has contrast, of which the item says nothing'),
    );
  }
  if (exam.contrast === 'pre') {
    if (evidence.post && enhanced !== undefined)
      return only(
        enhanced,
        say('申请为平扫，但影像含增强序列', 'a plain exam was ordered, but there are enhanced series'),
      );
    return plain === undefined ? excluded(enhanced, region) : only(plain);
  }
  if (evidence.possible && enhanced !== undefined) {
    if (plain === undefined) return only(enhanced);
    return {
      items: [plain, enhanced],
      doubt: say(
        '无法判定是否做了增强，平扫项目与增强项目均有可能',
        'whether contrast was given cannot be told; the plain and the enhanced item are both possible',
      ),
      regionDoubt: null,
    };
  }
  return plain === undefined ? excluded(enhanced, region) : only(plain);
}

function excluded(item: CatalogueItem | undefined, region: string): Choice {
  const named = item?.notEligible?.find((one) => one.technique === 'plain');
  if (named !== undefined) return { notListed: { reason: 'NOT_ELIGIBLE', text: named.text } };
  return notInList(
    region,
    '该部位清单内只有增强项目，平扫不在清单内',
    'the list has only an enhanced item for this part; the plain exam is not on it',
  );
}

function notInList(region: string, zh = '此检查不在互认清单内', en = 'this exam is not on the list'): Choice {
  const part = called(region);
  return { notListed: { reason: 'NOT_IN_LIST', text: say(`${zh}（${part.zh}）`, `${en} (${part.en})`) } };
}
