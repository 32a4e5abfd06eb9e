import { type Bilingual, defaultCatalogue, type Verdict } from '@hutong/conformance';
import type { LabelledItem } from '@hutong/recognition';
import type pg from 'pg';
import { noteChanges } from '../changes.ts';
import { labelDate, type Labelling, type LabelsToSave, saveLabels } from './saveLabels.ts';

interface StandingRow {
  id: number;
  hospital: string;
  date: string;
  pending: boolean;
  items: { code: string; verdict: Verdict; decided: boolean }[];
  names: { code: string; name: Bilingual }[] | null;
}

/** Studies `s` with the verdicts that stand, as {@link StandingRow} has them. */
const STANDING = `s.study_id AS id, s.hospital_code AS hospital, s.study_date AS date,
  s.judged_revision IS DISTINCT FROM s.conformance_revision AS pending,
  (SELECT coalesce(json_agg(json_build_object(
            'code', i.item_code, 'verdict', i.verdict,
            'decided', i.verdict_decision_id IS NOT NULL AND NOT i.decision_stale) ORDER BY i.item_code), '[]')
     FROM study_item i WHERE i.study_id = s.study_id) AS items,
  (SELECT r.summary -> 'items' FROM study_judgement j JOIN conformance_result r USING (conformance_result_id)
    WHERE j.study_id = s.study_id) AS names`;

/** The verdicts of studies that stand, as labels look at them; nothing is judged again. */
export async function readStandingItems(
  client: pg.Pool | pg.PoolClient,
  studyIds: readonly number[],
): Promise<LabelsToSave[]> {
  const { rows } = await client.query<StandingRow>(
    `SELECT ${STANDING} FROM study s WHERE s.study_id = ANY ($1::bigint[]) ORDER BY s.study_id`,
    [studyIds],
  );
  return rows.map(({ id, hospital, date, pending, items, names }) => ({
    studyId: id,
    hospitalCode: hospital,
    studyDate: labelDate(date),
    pending,
    items: items.map(({ code, ...item }): LabelledItem => ({
      itemCode: code,
      itemName: nameOf(code, names),
      ...item,
    })),
  }));
}

let shipped: ReadonlyMap<string, Bilingual> | undefined;

function nameOf(code: string, names: StandingRow['names']): Bilingual {
  shipped ??= new Map(defaultCatalogue().items.map((item) => [item.code, item.name]));
  return names?.find((one) => one.code === code)?.name ?? shipped.get(code) ?? { zh: code, en: code };
}

/**
 * Looks at the labels of studies anew from the verdicts that stand, with their entries of the change feed. Belongs into one
 * transaction, with the studies' rows locked.
 *
 * @returns the studies whose labels changed
 */
export async function relabelStudies(
  client: pg.PoolClient,
  studyIds: readonly number[],
  labelling: Labelling,
): Promise<Set<number>> {
  const changed = await saveLabels(client, await readStandingItems(client, studyIds), labelling);
  await noteChanges(
    client,
    [...changed].map((studyId) => ({ action: 'labelled', studyId }) as const),
  );
  return changed;
}
