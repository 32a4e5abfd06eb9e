import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { beginRelabelling } from '../labels/relabelling.ts';
import { requireKnownHospital } from './evaluations.ts';
import { chineseDay } from './recognisingHospitals.ts';
import { RegistryFault } from './registryFault.ts';
import { monthsAfter } from './sheets/dates.ts';

/** How long a state test holds where nobody says otherwise: it is made every year. */
const VALID_MONTHS = 12;

/** A yearly state test (状态检测) of a device, as it is entered. Days are YYYY-MM-DD. */
export interface NewDeviceTest {
  hospital: string;
  /** As images name it: (0018,1000). */
  serialNumber: string;
  manufacturer?: string | undefined;
  model?: string | undefined;
  stationName?: string | undefined;
  modality?: string | undefined;
  testedOn: string;
  validUntil?: string | undefined;
  result: 'passed' | 'failed';
  document?: string | undefined;
}

export type CheckedDeviceTest = { [Key in keyof NewDeviceTest]-?: Exclude<NewDeviceTest[Key], undefined> };

export interface DeviceTestRow extends CheckedDeviceTest {
  id: number;
  recordedBy: string;
  recordedAt: Date;
  revokedAt: Date | null;
  revokedReason: string;
}

const COLUMNS = `device_test_id AS id, hospital_code AS hospital, device_serial_number AS "serialNumber", manufacturer,
  model_name AS model, station_name AS "stationName", modality, to_char(tested_on, 'YYYY-MM-DD') AS "testedOn",
  to_char(valid_until, 'YYYY-MM-DD') AS "validUntil", result, document, recorded_by AS "recordedBy",
  recorded_at AS "recordedAt", revoked_at AS "revokedAt", revoked_reason AS "revokedReason"`;

/** A test as it is to be recorded. @throws RegistryFault that says what does not fit */
export function checkDeviceTest(given: NewDeviceTest, today = chineseDay()): CheckedDeviceTest {
  const validUntil = given.validUntil ?? monthsAfter(given.testedOn, VALID_MONTHS);
  if (given.serialNumber.trim() === '')
    throw new RegistryFault('bad-day', '请填写设备序列号。', 'The serial number of the device is missing.');
  if (given.testedOn > today)
    throw new RegistryFault('bad-day', '检测日期晚于今天。', 'The test is of a day to come.');
  if (validUntil <= given.testedOn || validUntil > monthsAfter(given.testedOn, 36))
    throw new RegistryFault(
      'bad-day',
      '有效期止应晚于检测日期，且不超过三年。',
      'It must hold until a day after the test, for three years at most.',
    );
  return {
    hospital: given.hospital,
    serialNumber: given.serialNumber.trim(),
    manufacturer: given.manufacturer ?? '',
    model: given.model ?? '',
    stationName: given.stationName ?? '',
    modality: given.modality ?? '',
    testedOn: given.testedOn,
    validUntil,
    result: given.result,
    document: given.document ?? '',
  };
}

/** Records tests beside the earlier ones; those that stand there already change nothing. @throws RegistryFault */
export async function recordDeviceTests(
  client: pg.PoolClient,
  tests: readonly CheckedDeviceTest[],
  author: Author,
): Promise<{ id: number; added: boolean }[]> {
  const outcomes: { id: number; added: boolean }[] = [];
  for (const hospital of new Set(tests.map((test) => test.hospital)))
    await requireKnownHospital(client, hospital);
  for (const test of tests) {
    const values = [
      test.hospital,
      test.serialNumber,
      test.manufacturer,
      test.model,
      test.stationName,
      test.modality,
      test.testedOn,
      test.validUntil,
      test.result,
      test.document,
    ];
    const { rows: same } = await client.query<{ id: number }>(
      `SELECT device_test_id AS id FROM device_test
        WHERE hospital_code = $1 AND device_serial_number = $2 AND manufacturer = $3 AND model_name = $4
          AND station_name = $5 AND modality = $6 AND tested_on = $7::date AND valid_until = $8::date AND result = $9
          AND document = $10 AND revoked_at IS NULL`,
      values,
    );
    if (same[0] !== undefined) {
      outcomes.push({ id: same[0].id, added: false });
      continue;
    }
    const { rows } = await client.query<{ id: number }>(
      `INSERT INTO device_test (hospital_code, device_serial_number, manufacturer, model_name, station_name, modality,
                                tested_on, valid_until, result, document, recorded_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING device_test_id AS id`,
      [...values, author.name === '' ? author.id : author.name],
    );
    outcomes.push({ id: rows[0]?.id ?? 0, added: true });
  }
  const added = tests.filter((_, i) => outcomes[i]?.added === true);
  if (added.length > 0) {
    const from = added.map(({ testedOn }) => testedOn).toSorted()[0];
    await beginRelabelling(client, {
      reason: 'device',
      hospitals: [...new Set(added.map(({ hospital }) => hospital))].sort(),
      ...(from === undefined ? {} : { from }),
      requestedBy: author,
    });
  }
  return outcomes;
}

/** Takes back a test that was entered by mistake. @throws RegistryFault when there is none of these hospitals */
export async function revokeDeviceTest(
  client: pg.PoolClient,
  given: { id: number; reason: string; hospitals: readonly string[] | null },
  author: Author,
): Promise<DeviceTestRow> {
  const { rows } = await client.query<DeviceTestRow>(
    `UPDATE device_test SET revoked_at = now(), revoked_by = $3, revoked_reason = $4
      WHERE device_test_id = $1 AND revoked_at IS NULL AND ($2::text[] IS NULL OR hospital_code = ANY ($2))
      RETURNING ${COLUMNS}`,
    [given.id, given.hospitals, author.name === '' ? author.id : author.name, given.reason],
  );
  const [revoked] = rows;
  if (revoked === undefined) throw new RegistryFault('unknown', '没有该检测记录。', 'There is no such test.');
  await beginRelabelling(client, {
    reason: 'device',
    hospitals: [revoked.hospital],
    from: revoked.testedOn,
    requestedBy: author,
  });
  return revoked;
}

/** Tests of hospitals, the newest first; those that were taken back are left out. */
export async function listDeviceTests(
  client: pg.Pool | pg.PoolClient,
  filter: {
    hospitals: readonly string[] | null;
    hospital?: string | undefined;
    before?: number | null;
    limit: number;
  },
): Promise<DeviceTestRow[]> {
  const { rows } = await client.query<DeviceTestRow>(
    `SELECT ${COLUMNS} FROM device_test
      WHERE revoked_at IS NULL AND ($1::text[] IS NULL OR hospital_code = ANY ($1))
        AND ($2::text IS NULL OR hospital_code = $2) AND ($3::bigint IS NULL OR device_test_id < $3)
      ORDER BY device_test_id DESC LIMIT $4`,
    [filter.hospitals, filter.hospital ?? null, filter.before ?? null, filter.limit],
  );
  return rows;
}
