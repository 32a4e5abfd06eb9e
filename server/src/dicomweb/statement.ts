import { createHash } from 'node:crypto';
import type { Pool, QueryResultRow } from 'pg';
import type { View } from '../context.ts';

/** Values of a statement under construction; the same value gets the same place. */
export class Parameters {
  readonly values: unknown[] = [];
  readonly #places = new Map<unknown, string>();

  /** Adds a value and returns its place with its type, for example `$3::text`. Arrays are the same by identity. */
  add(value: unknown, type: string): string {
    const key = typeof value === 'object' ? value : `${type}:${JSON.stringify(value)}`;
    let place = this.#places.get(key);
    if (place === undefined) {
      this.values.push(value);
      place = `$${this.values.length}::${type}`;
      this.#places.set(key, place);
    }
    return place;
  }
}

const MAX_PREPARED = 200;
const preparedNames = new Map<string, string>();

/**
 * Runs a statement whose text is assembled from fixed pieces. The first {@link MAX_PREPARED} different texts are
 * prepared by name, which saves their planning; more are run unprepared, so that hostile queries cannot fill
 * the memory of PostgreSQL.
 *
 * @param options `planned: 'eachTime'` for a statement whose best plan depends on its values
 */
export async function runStatement<Row extends QueryResultRow>(
  index: Pool,
  text: string,
  values: unknown[],
  { planned = 'once' }: { planned?: 'once' | 'eachTime' } = {},
): Promise<Row[]> {
  let name = planned === 'once' ? preparedNames.get(text) : undefined;
  if (planned === 'once' && name === undefined && preparedNames.size < MAX_PREPARED) {
    name = createHash('sha256').update(text).digest('hex').slice(0, 32);
    preparedNames.set(text, name);
  }
  const result = await index.query<Row>(name === undefined ? { text, values } : { name, text, values });
  return result.rows;
}

/** SQL condition that a row of a study, or of what has its `study_id`, is in view of the caller. */
export function inView(alias: string, view: View, parameters: Parameters): string {
  const { hospitals, studyIds } = view;
  if (hospitals === null) return 'true';
  const any: string[] = [];
  const [only] = hospitals;
  if (hospitals.length === 1) any.push(`${alias}.hospital_code = ${parameters.add(only, 'text')}`);
  else if (hospitals.length > 1 || studyIds.length === 0)
    any.push(`${alias}.hospital_code = ANY (${parameters.add(hospitals, 'text[]')})`);
  if (studyIds.length > 0) any.push(`${alias}.study_id = ANY (${parameters.add(studyIds, 'bigint[]')})`);
  return any.length === 1 ? any.join('') : `(${any.join(' OR ')})`;
}

/**
 * The studies in view as FROM item and condition, for lists that keep an order. Where grants open studies of other hospitals
 * it is a union of two parts, so that an index serves each in that order; a condition with OR would have all hospitals read.
 */
export function studiesInView(
  alias: string,
  view: View,
  parameters: Parameters,
): { table: string; condition: string } {
  const { hospitals, studyIds } = view;
  if (hospitals === null || hospitals.length === 0 || studyIds.length === 0)
    return { table: `study ${alias}`, condition: inView(alias, view, parameters) };
  const own: View = { hospitals, granted: [], studyIds: [] };
  const ids = parameters.add(studyIds, 'bigint[]');
  return {
    table: `(SELECT * FROM study own WHERE ${inView('own', own, parameters)} UNION ALL
  SELECT * FROM study other WHERE other.study_id = ANY (${ids}) AND NOT (${inView('other', own, parameters)})) ${alias}`,
    condition: 'true',
  };
}

/** Whether copies of several hospitals may be in view, so that one of them is to be chosen. */
export const isUnion = ({ hospitals, studyIds }: View): boolean =>
  hospitals === null || hospitals.length > 1 || studyIds.length > 0;
