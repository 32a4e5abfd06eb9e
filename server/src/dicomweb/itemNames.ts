import { type Bilingual, defaultCatalogue } from '@hutong/conformance';

/** An item as the summary of a result has it. */
export interface NamedItem {
  code: string;
  name: Bilingual;
}

/**
 * Column `named_items`: the items of the result that stands for a study, with the names of the list it was judged with. NULL
 * where that is the default list, whose names are at hand: nearly every study of a search.
 *
 * @param studyId SQL of the study's number
 */
export function namedItemsColumn(studyId: string): string {
  const { id, version } = defaultCatalogue();
  return `(SELECT r.summary -> 'items'
             FROM study_judgement j JOIN conformance_result r USING (conformance_result_id)
            WHERE j.study_id = ${studyId}
              AND (j.catalogue_id, j.catalogue_version) <> (${literal(id)}, ${literal(version)})) AS named_items`;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

let names: ReadonlyMap<string, Bilingual> | undefined;

/** Name of an item by the list that a study was judged with; the code itself for one that no list names. */
export function itemName(code: string, named: readonly NamedItem[] | null): Bilingual {
  names ??= new Map(defaultCatalogue().items.map((item) => [item.code, item.name]));
  const found = named === null ? names.get(code) : named.find((item) => item.code === code)?.name;
  return found ?? { zh: code, en: code };
}
