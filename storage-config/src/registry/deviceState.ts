import type pg from 'pg';

/** Where a device stands with its state test on a day. */
export type DeviceState = 'tested' | 'expiring' | 'failed' | 'lapsed' | 'untested';

/** A device as tests and images name it. */
export interface Device {
  hospital: string;
  serialNumber: string;
  manufacturer: string;
  model: string;
  stationName: string;
  modality: string;
  /** Its newest test on or before the day. Days are YYYY-MM-DD. */
  testedOn: string | null;
  validUntil: string | null;
  state: DeviceState;
}

interface Tested extends Omit<Device, 'state'> {
  result: 'passed' | 'failed' | null;
}

/** @param soon the day until which a test that ends counts as soon over */
function deviceStateOf(
  { result, validUntil }: Pick<Tested, 'result' | 'validUntil'>,
  day: string,
  soon: string = day,
): DeviceState {
  if (result === null || validUntil === null) return 'untested';
  if (result === 'failed') return 'failed';
  if (validUntil < day) return 'lapsed';
  return validUntil <= soon && soon > day ? 'expiring' : 'tested';
}

const NEWEST = `SELECT DISTINCT ON (hospital_code, device_serial_number)
         hospital_code AS hospital, device_serial_number AS "serialNumber", manufacturer, model_name AS model,
         station_name AS "stationName", modality, to_char(tested_on, 'YYYY-MM-DD') AS "testedOn",
         to_char(valid_until, 'YYYY-MM-DD') AS "validUntil", result
    FROM device_test
   WHERE revoked_at IS NULL AND tested_on <= $2::date AND ($1::text[] IS NULL OR hospital_code = ANY ($1))
   ORDER BY hospital_code, device_serial_number, tested_on DESC, (result = 'failed') DESC, valid_until DESC`;

/** Series whose images are looked at for devices that nobody tested. */
const NEWEST_SERIES = 400;

/**
 * Devices of hospitals with their state on a day: those with tests, and those that the newest series name without one.
 *
 * @param soon see {@link deviceStateOf}
 */
export async function listDevices(
  client: pg.Pool | pg.PoolClient,
  hospitals: readonly string[] | null,
  day: string,
  soon: string,
): Promise<Device[]> {
  const { rows: tested } = await client.query<Tested>(NEWEST, [hospitals, day]);
  const { rows: seen } = await client.query<Tested>(
    `SELECT DISTINCT ON (hospital, "serialNumber") * FROM (
       SELECT e.hospital_code AS hospital, trim(first.dataset -> '00181000' -> 'Value' ->> 0) AS "serialNumber",
              coalesce(first.dataset -> '00080070' -> 'Value' ->> 0, '') AS manufacturer,
              coalesce(first.dataset -> '00081090' -> 'Value' ->> 0, '') AS model,
              coalesce(first.dataset -> '00081010' -> 'Value' ->> 0, '') AS "stationName", e.modality,
              NULL::text AS "testedOn", NULL::text AS "validUntil", NULL::text AS result
         FROM (SELECT * FROM series WHERE ($1::text[] IS NULL OR hospital_code = ANY ($1))
                  AND modality IN ('CR', 'DX', 'CT', 'MR', 'RF', 'XA', 'MG')
                ORDER BY series_id DESC LIMIT ${NEWEST_SERIES}) AS e
        CROSS JOIN LATERAL (SELECT dataset::jsonb AS dataset FROM instance i
                             WHERE i.series_id = e.series_id AND dataset <> '' AND pg_column_size(dataset) < 200000 LIMIT 1) AS first) AS named
      WHERE "serialNumber" <> ''`,
    [hospitals],
  );
  const known = new Set(tested.map((one) => `${one.hospital} ${one.serialNumber}`));
  return [...tested, ...seen.filter((one) => !known.has(`${one.hospital} ${one.serialNumber}`))]
    .map(({ result, ...device }) => ({
      ...device,
      state: deviceStateOf({ result, validUntil: device.validUntil }, day, soon),
    }))
    .sort((a, b) => a.hospital.localeCompare(b.hospital) || a.serialNumber.localeCompare(b.serialNumber));
}
