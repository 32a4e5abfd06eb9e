import { type DicomJson, originalAttributes } from '@hutong/dicom';
import type pg from 'pg';
import { CORRECTING_SYSTEM, outstandingChanges } from '../patientCorrections/outstandingChanges.ts';

/** What was to be recovered has attributes that a correction of patient data replaced, and would replace again at once. */
export class WouldBeCorrectedAgain extends Error {
  override name = 'WouldBeCorrectedAgain';
  /** The corrections that stand for the study, the newest first; none where one was undone and the version is of it. */
  readonly corrections: readonly number[];

  constructor(corrections: readonly number[]) {
    super('it would be corrected again at once');
    this.corrections = corrections;
  }
}

interface ReplacedVersion {
  study: string;
  dataset: string;
  attributes: DicomJson;
  restored: string[];
}

/**
 * Checks that none of the versions which the writing of corrections replaced has other attributes than the corrections of
 * its study want by now. The studies must be locked.
 *
 * @throws WouldBeCorrectedAgain
 */
export async function refuseToCorrectAgain(
  client: pg.PoolClient,
  hospital: string,
  { condition, value }: { condition: string; value: unknown },
): Promise<void> {
  const { rows } = await client.query<ReplacedVersion>(
    `SELECT f.study_instance_uid AS study, f.instance_row ->> 'dataset' AS dataset, c.attributes, c.restored
       FROM former_instance f
       JOIN study_event v ON v.study_event_id = f.study_event_id AND v.details ? 'patientCorrection'
       JOIN study_correction c ON c.hospital_code = f.hospital_code AND c.study_instance_uid = f.study_instance_uid
      WHERE f.hospital_code = $1 AND f.why = 'corrected' AND f.recovered_at IS NULL AND f.removed_at IS NULL
        AND f.instance_row ? 'dataset' AND ${condition}`,
    [hospital, value],
  );
  const modification = {
    system: CORRECTING_SYSTEM,
    reason: 'CORRECT',
    source: hospital,
    at: new Date(),
  } as const;
  for (const { study, dataset, ...wanted } of rows) {
    const version = JSON.parse(dataset) as DicomJson;
    const changes = outstandingChanges(version, wanted, hospital);
    if (originalAttributes(version, changes, modification) !== null)
      throw new WouldBeCorrectedAgain(await standing(client, hospital, study));
  }
}

async function standing(client: pg.PoolClient, hospital: string, study: string): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `SELECT x.patient_correction_id AS id
       FROM patient_correction_study x LEFT JOIN patient_correction_undo u USING (patient_correction_id)
      WHERE x.hospital_code = $1 AND x.study_instance_uid = $2 AND u.patient_correction_id IS NULL
      ORDER BY 1 DESC`,
    [hospital, study],
  );
  return rows.map(({ id }) => id);
}
