import { say } from './bilingual.ts';
import type { Catalogue, CatalogueItem } from './catalogue.ts';
import {
  contrastOfItems,
  type ExamMappingEntry,
  type ExamWords,
  fromWords,
  harder,
  type MappedExam,
} from './examMapping.ts';
import { parseOrder, type OrderedExam } from './order.ts';
import { orderText, type PlacedOrder } from './placedOrder.ts';
import { compatible } from './regions.ts';
import type { StudySummary } from './summary.ts';
import type { Bilingual } from './types.ts';
import { unlistedByName } from './unlistedExam.ts';

/** Category of the items that images of a modality can be judged on. */
const ITEM_CATEGORY: Readonly<Record<string, string>> = {
  CT: 'CT',
  MR: 'MR',
  DX: 'DR',
  CR: 'DR',
  DR: 'DR',
  RG: 'DR',
  MG: 'DR',
};

/** What stands for an exam, and what speaks against it. */
export interface Mapped {
  /** null where neither the order nor the headers are known to the table. */
  exam: MappedExam | null;
  /** Why a person must confirm whatever item is chosen, if so. */
  doubt: Bilingual | null;
}

/**
 * Which items a study is by codes and names that are mapped: the order's before those of the headers. Where the two
 * contradict each other the order's word stands and a person must confirm it, so that a study is never judged on an easier
 * item because somebody mixed up two numbers.
 */
export function mappedExam(
  study: StudySummary,
  catalogue: Catalogue,
  mapping: readonly ExamMappingEntry[],
  order: PlacedOrder | null = null,
): Mapped {
  const modalities = new Set(study.series.map((series) => itemCategory(series.modality) ?? ''));
  const find = (words: ExamWords, source: string): MappedExam | null =>
    fromWords(words, { catalogue, mapping, modalities, source });
  const headers = find(
    {
      codes: study.procedureCodes,
      names: [
        ...study.orderTexts.map(({ text }) => text),
        ...study.procedureCodes.map(({ meaning }) => meaning),
      ],
    },
    'ProcedureCodeSequence',
  );
  if (order === null) return { exam: headers, doubt: null };
  const each = wordsOfOrders(order).map((words) => find(words, 'ExamOrder'));
  const known = each.filter((one) => one !== null);
  const modality = otherModality(order, study);
  if (known.length === 0)
    return { exam: headers, doubt: modality ?? (headers === null ? null : orderAgainst(order, headers)) };
  const items = [...new Set(known.flatMap((one) => one.items))];
  const ordered: MappedExam = {
    items,
    contrast: contrastOfItems(items),
    because: known.flatMap((one) => one.because),
  };
  return {
    exam: ordered,
    doubt:
      modality ??
      partlyKnown(order, each) ??
      beyond(order, ordered, headers, catalogue) ??
      textsAgainst(order, ordered, study),
  };
}

/** Some of the orders are mapped, others not: what they ask for is not told. */
function partlyKnown(order: PlacedOrder, each: readonly (MappedExam | null)[]): Bilingual | null {
  if (each.every((one) => one !== null)) return null;
  const names = order.exams.filter((_, at) => each[at] === null).map(({ name, code }) => name || code);
  return say(
    `申请项目“${names.join('、')}”未在对照表中，无法确定申请的全部项目`,
    `the ordered exam "${names.join(', ')}" is in no table, so that not all that was ordered is known`,
  );
}

/** The headers stand for an exam that the order does not hold, nor a harder one of the same part. */
function beyond(
  order: PlacedOrder,
  { items }: MappedExam,
  headers: MappedExam | null,
  catalogue: Catalogue,
): Bilingual | null {
  if (headers === null || items.length === 0) return null;
  const name = orderText(order) || order.exams.map(({ code }) => code).join('+');
  if (headers.items.length === 0)
    return say(
      `申请单为“${name}”，而影像信息对应的检查不在互认清单内，互相矛盾`,
      `"${name}" was ordered, but the headers stand for an exam that is on no list`,
    );
  const more = headers.items.filter((item) => {
    const enhanced = harder(item, catalogue)?.item;
    return !items.includes(item) && (enhanced === undefined || !items.includes(enhanced));
  });
  return more.length === 0 ? null : differs(name, more);
}

/** How each order names its exam, for the hospital's table. */
function wordsOfOrders(order: PlacedOrder): ExamWords[] {
  return order.exams.map(({ code, scheme, name }) => ({
    codes: code === '' ? [] : [{ value: code, scheme: scheme.toUpperCase(), meaning: name }],
    names: name === '' ? [] : [name],
  }));
}

/** DR, CT or MR; undefined where no item is of such images. */
export function itemCategory(modality: string): string | undefined {
  return Object.hasOwn(ITEM_CATEGORY, modality) ? ITEM_CATEGORY[modality] : undefined;
}

/** The order asks for another modality than the images are of. */
function otherModality(order: PlacedOrder, study: StudySummary): Bilingual | null {
  const asked = itemCategory(order.modality);
  const made = new Set(
    study.series.map(({ modality }) => itemCategory(modality)).filter((one) => one !== undefined),
  );
  if (asked === undefined || made.size === 0 || made.has(asked)) return null;
  const shown = [...made].join(', ');
  return say(
    `申请单的设备类型为 ${order.modality}，而影像为 ${shown}`,
    `the order asks for ${order.modality}, but the images are ${shown}`,
  );
}

/** What an order that no table knows says against the items that the headers' codes or names were mapped to. */
function orderAgainst(order: PlacedOrder, mapped: MappedExam): Bilingual | null {
  const text = orderText(order);
  if (text === '' || mapped.items.length === 0) return null;
  if (unlistedByName(text) !== null) return differs(text, mapped.items);
  const regions = regionsOf(mapped);
  const exams = examsIn(text, mapped);
  const more =
    exams.some((exam) => !exam.regions.some((region) => compatible(region, regions))) ||
    (mapped.contrast === 'pre' && exams.some((exam) => exam.angio.length > 0 || isEnhanced(exam)));
  return more ? differs(text, mapped.items) : null;
}

/** What the headers' own texts say against the items of the order: another part, or contrast that it does not ask for. */
function textsAgainst(order: PlacedOrder, mapped: MappedExam, study: StudySummary): Bilingual | null {
  if (mapped.items.length === 0) return null;
  const regions = regionsOf(mapped);
  const against = study.orderTexts.find(({ text }) => {
    const exams = examsIn(text, mapped);
    if (exams.length === 0) return false;
    const here = exams.filter((exam) => exam.regions.some((region) => compatible(region, regions)));
    return here.length === 0 || (mapped.contrast === 'pre' && here.some(isEnhanced));
  });
  if (against === undefined) return null;
  const name = orderText(order) || mapped.items.map(({ name }) => name.zh).join('、');
  return say(
    `申请单为“${name}”，而影像信息写作“${against.text}”，互相矛盾`,
    `"${name}" was ordered, but the headers say "${against.text}"`,
  );
}

const regionsOf = ({ items }: MappedExam): string[] => items.flatMap(({ selector }) => selector.regions);
const examsIn = (text: string, { items }: MappedExam): OrderedExam[] =>
  [...new Set(items.map(({ modality }) => modality[0] ?? ''))].flatMap((modality) =>
    parseOrder(text, modality),
  );
const isEnhanced = ({ contrast, angio }: OrderedExam): boolean =>
  angio.length === 0 && (contrast === 'post' || contrast === 'prepost');

/** That the order and the headers speak of different exams. */
function differs(ordered: string, items: readonly CatalogueItem[]): Bilingual {
  return say(
    `申请单为“${ordered}”，而影像信息对应“${items.map(({ name }) => name.zh).join('、')}”，互相矛盾`,
    `"${ordered}" was ordered, but the headers stand for "${items.map(({ name }) => name.en).join(', ')}"`,
  );
}
