import type pg from 'pg';
import { listEvaluations } from './evaluations.ts';
import { listDeviceTests } from './deviceTests.ts';
import { listHospitals } from './hospitals.ts';
import type { RegistryView } from './registryView.ts';
import { type RegistryTable, TABLE_COLUMNS } from './tableColumns.ts';

/** Lines of an export: more than any table that comes in again. */
const MOST = 20_000;

/** A table with its heads, as cells. */
export type Cells = string[][];

/** The heads of a table and an example of a line, to be filled in. */
export const templateOf = (table: RegistryTable, language: 'zh' | 'en'): Cells => [
  headsOf(table, language),
  TABLE_COLUMNS[table].map(({ example }) => example),
];

const headsOf = (table: RegistryTable, language: 'zh' | 'en'): string[] =>
  TABLE_COLUMNS[table].map(({ head }) => head[language]);

/**
 * A table as it stands, in the form in which it comes in again: hospitals, evaluations that were not taken back, tests.
 *
 * @param hospitals whose device tests; null: all
 */
export async function exportRegistryTable(
  client: pg.Pool,
  table: RegistryTable,
  view: RegistryView,
  language: 'zh' | 'en',
): Promise<Cells> {
  const words =
    language === 'zh' ? { passed: '合格', failed: '不合格' } : { passed: 'passed', failed: 'failed' };
  const rows = await rowsOf(client, table, view);
  const keys = TABLE_COLUMNS[table].map(({ key }) => key);
  return [
    headsOf(table, language),
    ...rows.map((row) =>
      keys.map((key) => {
        const value = row[key] ?? '';
        return key === 'result' && (value === 'passed' || value === 'failed') ? words[value] : value;
      }),
    ),
  ];
}

async function rowsOf(
  client: pg.Pool,
  table: RegistryTable,
  view: RegistryView,
): Promise<Readonly<Record<string, string | null>>[]> {
  switch (table) {
    case 'hospitals':
      return (await listHospitals(client)).map((hospital) => ({ ...hospital }));
    case 'evaluations':
      return (await listEvaluations(client, view, { limit: MOST })).map(
        ({ hospital, item, scope, evaluatedAt, validUntil, result, centre, document }) => ({
          hospital,
          items: item,
          scope,
          evaluatedAt,
          validUntil,
          result,
          centre,
          document,
        }),
      );
    case 'deviceTests':
      return (await listDeviceTests(client, { hospitals: view.hospitals, limit: MOST })).map(
        ({
          hospital,
          serialNumber,
          manufacturer,
          model,
          stationName,
          modality,
          testedOn,
          validUntil,
          result,
          document,
        }) => ({
          hospital,
          serialNumber,
          manufacturer,
          model,
          stationName,
          modality,
          testedOn,
          validUntil,
          result,
          document,
        }),
      );
  }
}
