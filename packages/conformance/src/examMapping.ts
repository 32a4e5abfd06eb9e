import { because, say } from './bilingual.ts';
import type { Catalogue, CatalogueItem, Technique } from './catalogue.ts';
import type { OrderContrast } from './orderContrast.ts';
import { normaliseExamName } from './examNames.ts';
import type { Code } from './summary.ts';
import type { Because } from './types.ts';

/** One row of a hospital's own exam code table. */
export interface ExamMappingEntry {
  /** The hospital's exam code as it comes in a procedure code sequence. */
  code?: string;
  scheme?: string;
  /** Or the exact exam name as it comes in a description. */
  name?: string;
  /** Items of the catalogue; empty means the exam is on no item. */
  itemCodes: string[];
}

/** What codes or the hospital's own table say a study is, before any text is read. */
export interface MappedExam {
  /** Empty: the exam is on no item. */
  items: CatalogueItem[];
  because: Because[];
  /** What the items say of contrast. */
  contrast: OrderContrast;
}

/** How an exam is called, as tables and code lists are asked for it. */
export interface ExamWords {
  codes: readonly Code[];
  names: readonly string[];
}

export interface ExamTables {
  catalogue: Catalogue;
  mapping: readonly ExamMappingEntry[];
  /** Categories of the images; empty where there are none yet. */
  modalities: ReadonlySet<string>;
  /** What a code that no table knows is said to come from. */
  source: string;
}

/** The hospital's own table first, then LOINC codes; null where neither knows the exam. */
export function fromWords(
  words: ExamWords,
  { catalogue, mapping, modalities, source }: ExamTables,
): MappedExam | null {
  const found = byTable(words, mapping);
  if (found === null) return byLoinc(words.codes, catalogue, source);
  const codes = new Set(found.flatMap((entry) => entry.itemCodes));
  const mapped = catalogue.items.filter((item) => codes.has(item.code));
  // one exam name often stands for a CT and an MR exam
  const made = mapped.filter((item) => modalities.has(item.category));
  const items = made.length > 0 ? made : mapped;
  const names = [...new Set(found.map((entry) => entry.code ?? entry.name ?? ''))];
  return {
    items,
    contrast: contrastOfItems(items),
    because: names.map((name) =>
      because(
        'item',
        'examMapping',
        `本院检查项目“${name}”已在对照表中`,
        `the hospital’s exam "${name}" is in its exam table`,
      ),
    ),
  };
}

/** Entries that fit; a code is trusted more than a name, so that names count only where no code is mapped. */
function byTable(words: ExamWords, mapping: readonly ExamMappingEntry[]): ExamMappingEntry[] | null {
  if (mapping.length === 0) return null;
  const byCode = mapping.filter(
    (entry) =>
      entry.code !== undefined &&
      entry.code !== '' &&
      words.codes.some(
        (code) =>
          code.value === entry.code &&
          (entry.scheme === undefined || entry.scheme === '' || code.scheme === entry.scheme.toUpperCase()),
      ),
  );
  if (byCode.length > 0) return byCode;
  const names = new Set(words.names.map(normaliseExamName));
  const byName = mapping.filter(
    (entry) => entry.name !== undefined && entry.name !== '' && names.has(normaliseExamName(entry.name)),
  );
  return byName.length > 0 ? byName : null;
}

function byLoinc(given: readonly Code[], catalogue: Catalogue, source: string): MappedExam | null {
  const codes = given.filter((code) => code.scheme === 'LN');
  if (codes.length === 0) return null;
  const items = catalogue.items.filter((item) =>
    item.identification.loinc.some((own) => codes.some((code) => code.value === own.code)),
  );
  if (items.length === 0) return null;
  return {
    items,
    contrast: contrastOfItems(items),
    because: codes.map((code) => because('item', source, `LOINC ${code.value}`, `LOINC ${code.value}`)),
  };
}

const ENHANCED: ReadonlySet<Technique> = new Set(['enhanced', 'cta', 'ctu', 'ce-mra', 'ce-mrv']);

/** What items say of contrast. */
export function contrastOfItems(items: readonly CatalogueItem[]): OrderContrast {
  const states = new Set(items.map((item) => (ENHANCED.has(item.selector.technique) ? 'post' : 'pre')));
  if (states.size === 2) return 'prepost';
  return [...states][0] ?? null;
}

/**
 * The items to judge for a mapped exam. A plain item stays the exam's item; where the images are enhanced and
 * the list has an enhanced item of the part, that one is put before a person instead, as a study is never
 * judged on the easier of two items.
 */
export function harder(
  item: CatalogueItem,
  catalogue: Catalogue,
): { item: CatalogueItem; doubt: ReturnType<typeof say> } | null {
  if (item.selector.technique !== 'plain') return null;
  const enhanced = catalogue.items.find(
    (other) =>
      other.category === item.category &&
      other.selector.technique === 'enhanced' &&
      other.selector.regions.some((region) => item.selector.regions.includes(region)),
  );
  if (enhanced === undefined) return null;
  return {
    item: enhanced,
    doubt: say(
      `检查编码或对照表为“${item.name.zh}”，但影像含增强序列；请核对本次检查是否为“${enhanced.name.zh}”`,
      `the exam code or table says "${item.name.en}", but there are enhanced series; check whether this was "${enhanced.name.en}"`,
    ),
  };
}
