import type { Catalogue } from './catalogue.ts';
import { type ExamMappingEntry, fromWords } from './examMapping.ts';
import { itemCategory } from './orderedExam.ts';
import { suggestItems } from './suggestItems.ts';
import { unlistedByName } from './unlistedExam.ts';

/** What an order asks for, before there are images. */
export interface ItemsOfOrder {
  /** Items that the order stands for, several where it orders several; empty where that is not certain or it is on no list. */
  itemCodes: string[];
  /**
   * - `table`: the hospital mapped the exam; empty items mean that it is on no list.
   * - `loinc`: by a LOINC code of the catalogue.
   * - `name`: by the words of its name, which say part, technique and contrast.
   * - `unlisted`: its name says that it is on no list (guided procedures, radiotherapy, fluoroscopy, …).
   * - `unknown`: it is not certain; `candidates` are the likely ones.
   */
  how: 'table' | 'loinc' | 'name' | 'unlisted' | 'unknown';
  /** 0 to 1; 1 for what people mapped. */
  confidence: number;
  /** Likely items where it is not certain, the likeliest first: for a person to choose, never to act upon. */
  candidates: { itemCodes: string[]; score: number }[];
}

/** Least score of a name that counts, and by how much it must lead the next one. */
const LEAST = 0.9;
const LEAD = 0.1;

/**
 * The items an ordered exam stands for: the hospital's own table first, then LOINC, then the words of its name. Only what is
 * unambiguous counts.
 *
 * @param exam modality is that of the order (CT, MR, DX, …); empty where it names none
 * @param mapping entries that can speak of the exam, as `readExamMappings` of storage-config reads them
 */
export function itemsOfOrder(
  exam: { code: string; scheme: string; name: string; modality: string },
  catalogue: Catalogue,
  mapping: readonly ExamMappingEntry[],
): ItemsOfOrder {
  const code = exam.code.normalize('NFKC').trim();
  const scheme = exam.scheme.trim().toUpperCase();
  const category = itemCategory(exam.modality);
  const words = {
    codes: code === '' ? [] : [{ value: code, scheme, meaning: exam.name }],
    names: exam.name === '' ? [] : [exam.name],
  };
  const tables = {
    catalogue,
    modalities: new Set(category === undefined ? [] : [category]),
    source: 'ExamOrder',
  };
  const mapped = fromWords(words, { ...tables, mapping });
  if (mapped !== null) {
    const how = mapped.because.some(({ source }) => source === 'examMapping') ? 'table' : 'loinc';
    return known(
      mapped.items.map((item) => item.code),
      how,
      // Several items of one LOINC code are as many answers as there are items.
      how === 'table' || mapped.items.length === 1 ? 1 : 0,
    );
  }
  if (unlistedByName(exam.name) !== null)
    return { itemCodes: [], how: 'unlisted', confidence: 1, candidates: [] };
  const suggested = suggestItems(exam.name, exam.modality, catalogue);
  const [best, next] = suggested;
  if (best !== undefined && best.score >= LEAST && best.score - (next?.score ?? 0) >= LEAD)
    return known(best.itemCodes, 'name', best.score);
  return {
    itemCodes: [],
    how: 'unknown',
    confidence: best?.score ?? 0,
    candidates: suggested.map(({ itemCodes, score }) => ({ itemCodes, score })),
  };
}

function known(itemCodes: string[], how: 'table' | 'loinc' | 'name', confidence: number): ItemsOfOrder {
  if (confidence > 0) return { itemCodes, how, confidence, candidates: [] };
  return {
    itemCodes: [],
    how: 'unknown',
    confidence: 0.5,
    candidates: itemCodes.map((code) => ({ itemCodes: [code], score: 0.5 })),
  };
}
