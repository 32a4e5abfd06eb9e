import type { DicomJson } from '@hutong/dicom';
import type pg from 'pg';

/** Series that no device acquired: reports, marks, plans. */
const NOT_ACQUIRED = [
  'SR',
  'KO',
  'PR',
  'SEG',
  'DOC',
  'REG',
  'PLAN',
  'AU',
  'ECG',
  'HD',
  'RTSTRUCT',
  'FID',
  'SMR',
];

const DEVICE_SERIAL_NUMBER = '00181000';
const IMAGE_TYPE = '00080008';

/**
 * Serial numbers (0018,1000) of the devices that acquired the images of studies, empty where an image names none. Stored
 * reconstructions count as little as reports: work stations make them. From the first instance of each series, for a series is
 * of one device (PS3.3 A.1.3).
 */
export async function readDevices(
  client: pg.Pool | pg.PoolClient,
  studyIds: readonly number[],
): Promise<Map<number, string[]>> {
  const { rows } = await client.query<{ study: number; dataset: string }>(
    `SELECT e.study_id AS study, first.dataset
       FROM series e
      CROSS JOIN LATERAL (SELECT dataset FROM instance i WHERE i.series_id = e.series_id
                           ORDER BY instance_number, instance_id LIMIT 1) AS first
      WHERE e.study_id = ANY ($1::bigint[]) AND e.modality <> ALL ($2::text[])`,
    [studyIds, NOT_ACQUIRED],
  );
  const devices = new Map<number, string[]>();
  for (const { study, dataset } of rows) {
    const attributes = JSON.parse(dataset) as DicomJson;
    if (firstText(attributes, IMAGE_TYPE).toUpperCase() === 'DERIVED') continue;
    devices.set(study, [...(devices.get(study) ?? []), firstText(attributes, DEVICE_SERIAL_NUMBER)]);
  }
  return devices;
}

function firstText(attributes: DicomJson, tag: string): string {
  const value: unknown = attributes[tag]?.Value?.[0];
  return typeof value === 'string' ? value.trim() : '';
}
