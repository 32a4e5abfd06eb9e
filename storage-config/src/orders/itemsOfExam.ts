import { chooseCatalogue, examNameOf, itemsOfOrder, type ItemsOfOrder } from '@hutong/conformance';
import type pg from 'pg';
import { CatalogueReader, cataloguesInForce } from '../catalogues/catalogueVersions.ts';
import { readExamMappings } from '../examMappings/readMappings.ts';

/** An ordered exam, as the hospital's system names it. */
export interface ExamAsked {
  code: string;
  scheme: string;
  name: string;
  /** CT, MR, DX, …; empty where it is not told. */
  modality: string;
}

export interface ExamItems extends ItemsOfOrder {
  /** The list that the items are of; null where none is in force. */
  catalogue: { id: string; version: string } | null;
}

export interface ItemsOfExamParts {
  /** Keeps lists in memory: callers on a hot path share one. */
  catalogues?: CatalogueReader;
  /** Region of the deployment, for hospitals whose own has no list (HUTONG_REGION_CODE). */
  regionCode?: string;
}

const NOTHING: ExamItems = { itemCodes: [], how: 'unknown', confidence: 0, candidates: [], catalogue: null };

/**
 * The items of the list in force in a hospital's region on a day that an ordered exam stands for, before there is a study.
 * The hospital's own table counts first, then LOINC, then the words of the name; only what is unambiguous.
 *
 * @param day YYYY-MM-DD
 */
export async function itemsOfExam(
  client: pg.Pool | pg.PoolClient,
  hospital: string,
  exam: ExamAsked,
  day: string,
  { catalogues = new CatalogueReader(), regionCode = '' }: ItemsOfExamParts = {},
): Promise<ExamItems> {
  const { rows } = await client.query<{ region: string }>('SELECT region FROM hospital WHERE code = $1', [
    hospital,
  ]);
  const [row] = rows;
  if (row === undefined) return NOTHING;
  const choice = chooseCatalogue(await cataloguesInForce(client), row.region, day, regionCode);
  const catalogue = choice === null ? null : await catalogues.read(client, choice.id, choice.version);
  if (choice === null || catalogue === null) return NOTHING;
  const named = examNameOf(exam);
  const mapping = named === null ? [] : await readExamMappings(client, hospital, [named]);
  return {
    ...itemsOfOrder(exam, catalogue, mapping),
    catalogue: { id: choice.id, version: choice.version },
  };
}
