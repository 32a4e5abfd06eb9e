import type { Uid } from '@hutong/dicom';
import { CODECS } from '@hutong/pixels';
import type { Pool } from 'pg';
import type { View } from '../../context.ts';
import { Parameters, runStatement } from '../../dicomweb/statement.ts';
import {
  findContents,
  findInstances,
  type InstanceContent,
  instancesOfPath,
  type RetrievePath,
} from '../lookUp.ts';

const DECODED = Object.values(CODECS).flatMap(({ uid, decode }) => (decode ? [uid] : []));
/** Pictures of what was found or planned, not of the patient; taken only where there is nothing else. */
const DERIVED_MODALITIES = ['SEG', 'RTDOSE', 'PR', 'KO', 'SR', 'DOC', 'OT'];

/**
 * The instance that stands for a study, series or instance: of the series with the most images, which shows most of
 * the patient, the middle one. Null where none can be decoded.
 *
 * @throws HttpProblem 404 where there are no instances
 */
export async function findRepresentative(
  index: Pool,
  path: RetrievePath,
  view: View,
): Promise<InstanceContent | null> {
  if (path.instance !== null) {
    const [only] = await findContents(index, path, view);
    return only?.pixel_data != null && DECODED.includes(only.transfer_syntax_uid) ? only : null;
  }
  const chosen = await chooseInstance(index, path, view);
  if (chosen === null) {
    await findInstances(index, path, view);
    return null;
  }
  const [content] = await findContents(index, { study: path.study, ...chosen }, view);
  return content ?? null;
}

async function chooseInstance(
  index: Pool,
  path: RetrievePath,
  view: View,
): Promise<{ series: Uid; instance: Uid } | null> {
  const parameters = new Parameters();
  const { copies, found } = instancesOfPath(path, view, parameters);
  const decoded = parameters.add(DECODED, 'text[]');
  const derived = parameters.add(DERIVED_MODALITIES, 'text[]');
  const text = `WITH ${copies}, image AS (
    SELECT e.series_id, e.series_number, e.series_instance_uid, e.modality = ANY (${derived}) AS derived, i.sop_instance_uid,
           row_number() OVER (PARTITION BY e.series_id ORDER BY i.instance_number, i.instance_id) AS position,
           count(*) OVER (PARTITION BY e.series_id) AS images,
           sum(coalesce(i.number_of_frames, 1)) OVER (PARTITION BY e.series_id) AS frames
    ${found} AND i.pixel_data IS NOT NULL AND i.transfer_syntax_uid = ANY (${decoded}))
  SELECT series_instance_uid AS series, sop_instance_uid AS instance FROM image
   WHERE position = (images + 1) / 2
   ORDER BY derived, frames DESC, series_number, series_id LIMIT 1`;
  const [row] = await runStatement<{ series: Uid; instance: Uid }>(index, text, parameters.values);
  return row ?? null;
}
