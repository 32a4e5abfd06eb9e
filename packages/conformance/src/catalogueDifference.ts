import { isDeepStrictEqual } from 'node:util';
import { say } from './bilingual.ts';
import type { Catalogue, CatalogueItem, CatalogueRequirement } from './catalogue.ts';
import { demandChanges } from './demandWords.ts';
import { called } from './names.ts';
import type { Bilingual, RequirementLevel } from './types.ts';

interface Named {
  code: string;
  name: Bilingual;
}
interface RequirementSide {
  level: RequirementLevel;
  label: Bilingual;
}

export interface RequirementDifference {
  id: string;
  kind: 'added' | 'removed' | 'changed';
  before: RequirementSide | null;
  after: RequirementSide | null;
  text: Bilingual;
}

/** In what one list differs from another. */
export interface CatalogueDifference {
  from: { id: string; version: string };
  to: { id: string; version: string };
  added: Named[];
  removed: Named[];
  changed: (Named & {
    requirements: RequirementDifference[];
    /** Other things that changed: name, text of the list, how the exam selects it. */
    other: Bilingual[];
  })[];
}

const LEVELS: Readonly<Record<RequirementLevel, Bilingual>> = {
  must: say('必须', 'required'),
  should: say('建议', 'recommended'),
  conditional: say('视情况', 'conditional'),
  info: say('仅记录', 'recorded only'),
};

/** In what list `b` differs from list `a`, items by their codes and requirements by their ids. */
export function catalogueDifference(a: Catalogue, b: Catalogue): CatalogueDifference {
  const before = new Map(a.items.map((item) => [item.code, item]));
  const after = new Map(b.items.map((item) => [item.code, item]));
  const named = ({ code, name }: CatalogueItem): Named => ({ code, name });
  return {
    from: { id: a.id, version: a.version },
    to: { id: b.id, version: b.version },
    added: b.items.filter(({ code }) => !before.has(code)).map(named),
    removed: a.items.filter(({ code }) => !after.has(code)).map(named),
    changed: b.items.flatMap((item) => {
      const old = before.get(item.code);
      if (old === undefined) return [];
      const requirements = requirementDifferences(old, item);
      const other = otherDifferences(old, item);
      return requirements.length + other.length === 0 ? [] : [{ ...named(item), requirements, other }];
    }),
  };
}

function requirementDifferences(old: CatalogueItem, item: CatalogueItem): RequirementDifference[] {
  const before = new Map(old.requirements.map((one) => [one.id, one]));
  const after = new Map(item.requirements.map((one) => [one.id, one]));
  const side = ({ level, label }: CatalogueRequirement): RequirementSide => ({ level, label });
  const removed = old.requirements
    .filter(({ id }) => !after.has(id))
    .map((one): RequirementDifference => {
      const { label, level } = one;
      const text = say(
        `不再要求“${label.zh}”（${LEVELS[level].zh}）`,
        `"${label.en}" (${LEVELS[level].en}) is no longer asked for`,
      );
      return { id: one.id, kind: 'removed', before: side(one), after: null, text };
    });
  const rest = item.requirements.flatMap((one): RequirementDifference[] => {
    const was = before.get(one.id);
    const { label, level } = one;
    if (was === undefined) {
      const text = say(
        `新增“${label.zh}”（${LEVELS[level].zh}）`,
        `"${label.en}" (${LEVELS[level].en}) is asked for anew`,
      );
      return [{ id: one.id, kind: 'added', before: null, after: side(one), text }];
    }
    const changes = requirementChanges(was, one);
    if (changes.length === 0) return [];
    const text = say(
      `“${label.zh}”：${changes.map(({ zh }) => zh).join('；')}`,
      `"${label.en}": ${changes.map(({ en }) => en).join('; ')}`,
    );
    return [{ id: one.id, kind: 'changed', before: side(was), after: side(one), text }];
  });
  return [...removed, ...rest];
}

function requirementChanges(was: CatalogueRequirement, now: CatalogueRequirement): Bilingual[] {
  const changes: Bilingual[] = [];
  if (was.level !== now.level)
    changes.push(
      say(
        `由${LEVELS[was.level].zh}改为${LEVELS[now.level].zh}`,
        `${LEVELS[now.level].en}, was ${LEVELS[was.level].en}`,
      ),
    );
  changes.push(...demandChanges(was.expr, now.expr));
  if ((was.onUndecided ?? 'NOTE') !== (now.onUndecided ?? 'NOTE'))
    changes.push(
      now.onUndecided === 'REVIEW'
        ? say('无法判定时改由人工判定', 'goes to a person when undecided')
        : say('无法判定时改为仅作提示', 'is only noted when undecided'),
    );
  if (!isDeepStrictEqual(was.label, now.label))
    changes.push(say(`原名“${was.label.zh}”`, `was called "${was.label.en}"`));
  return changes;
}

function otherDifferences(old: CatalogueItem, item: CatalogueItem): Bilingual[] {
  const other: Bilingual[] = [];
  if (!isDeepStrictEqual(old.name, item.name))
    other.push(say(`名称原为“${old.name.zh}”`, `was named "${old.name.en}"`));
  if (old.textVerbatim !== item.textVerbatim)
    other.push(
      say(`清单原文由“${old.textVerbatim}”改为“${item.textVerbatim}”`, 'the text of the list changed'),
    );
  if (!isDeepStrictEqual(old.selector, item.selector)) {
    const regions = (one: CatalogueItem, language: 'zh' | 'en'): string =>
      one.selector.regions.map((id) => called(id)[language]).join(language === 'zh' ? '、' : ', ');
    other.push(
      say(
        `适用检查改变（部位：${regions(old, 'zh')} → ${regions(item, 'zh')}）`,
        `other exams select it (regions: ${regions(old, 'en')} → ${regions(item, 'en')}; technique: ${old.selector.technique} → ${item.selector.technique})`,
      ),
    );
  }
  if (!isDeepStrictEqual(old.modality, item.modality))
    other.push(
      say(
        `设备类型由 ${old.modality.join('、')} 改为 ${item.modality.join('、')}`,
        `modalities ${item.modality.join(', ')}, were ${old.modality.join(', ')}`,
      ),
    );
  if (!isDeepStrictEqual(old.notEligible ?? [], item.notEligible ?? []))
    other.push(say('不予互认的情形改变', 'what is named as not recognised changed'));
  if (!isDeepStrictEqual(old.identification, item.identification))
    other.push(say('检查名称对照改变', 'the names of exams that mean it changed'));
  return other;
}
