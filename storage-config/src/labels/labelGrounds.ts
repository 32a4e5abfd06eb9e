import type {
  DeviceTest,
  Evaluation,
  LabelFacts,
  LabelPolicy,
  LabelSuspension,
  LabelWithdrawal,
} from '@hutong/recognition';
import type pg from 'pg';
import { readMemberships } from '../registry/memberships.ts';
import { chineseDay } from '../registry/recognisingHospitals.ts';
import { readDevices } from './readDevices.ts';

/** A study as its labels look at it. */
export interface StudyOfLabels {
  studyId: number;
  hospitalCode: string;
  studyInstanceUid: string;
  /** YYYY-MM-DD, or empty when the study has no valid date. */
  studyDate: string;
  /** Items it is judged on, and those it carries labels of. */
  itemCodes: readonly string[];
}

type Queryable = pg.Pool | pg.PoolClient;

/** DAY of a timestamp in China, where all hospitals are. */
const chineseDate = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC' + interval '8 hours', 'YYYY-MM-DD')`;

interface OfHospital {
  hospital: string;
}

interface GroundsRow {
  evaluations: (Evaluation & OfHospital)[];
  suspensions: LabelSuspension[];
  withdrawals: LabelWithdrawal[];
  policies: LabelPolicy[];
}

/** All that was entered about the hospitals: what counts is decided by the rules. */
const GROUNDS = `
SELECT (SELECT coalesce(json_agg(json_build_object(
                 'id', qualification_id, 'hospital', hospital_code, 'itemCode', item_code, 'scope', scope,
                 'evaluatedAt', evaluated_at, 'validUntil', valid_until, 'result', result,
                 'enteredOn', ${chineseDate('recorded_at')}) ORDER BY evaluated_at, qualification_id), '[]')
          FROM qualification
         WHERE hospital_code = ANY ($1) AND item_code = ANY ($2) AND revoked_at IS NULL) AS evaluations,
       (SELECT coalesce(json_agg(json_build_object(
                 'hospitalCode', hospital_code, 'itemCode', item_code, 'scope', scope, 'reason', reason)
                 ORDER BY label_suspension_id), '[]')
          FROM label_suspension
         WHERE (hospital_code IS NULL OR hospital_code = ANY ($1)) AND lifted_at IS NULL) AS suspensions,
       (SELECT coalesce(json_agg(json_build_object(
                 'hospitalCode', hospital_code, 'studyInstanceUid', study_instance_uid, 'itemCode', item_code,
                 'scope', scope, 'from', from_date, 'until', until_date, 'reason', reason)
                 ORDER BY label_withdrawal_id), '[]')
          FROM label_withdrawal
         WHERE hospital_code = ANY ($1) AND lifted_at IS NULL
           AND (study_instance_uid IS NULL OR study_instance_uid = ANY ($3))) AS withdrawals,
       (SELECT coalesce(json_agg(json_build_object(
                 'scope', scope, 'hospitalCode', hospital_code, 'release', release,
                 'lateQualification', late_qualification, 'deviceTestNeeded', device_test_needed)), '[]')
          FROM label_policy
         WHERE ended_at IS NULL AND (hospital_code IS NULL OR hospital_code = ANY ($1))) AS policies`;

/**
 * What labels of studies depend on, beside their verdicts, as it is at this moment.
 *
 * @param defaultScope scope of hospitals that never joined one (HUTONG_REGION_NAME)
 * @returns by study
 */
export async function readLabelFacts(
  client: Queryable,
  studies: readonly StudyOfLabels[],
  defaultScope: string,
): Promise<Map<number, LabelFacts>> {
  if (studies.length === 0) return new Map();
  const hospitals = [...new Set(studies.map(({ hospitalCode }) => hospitalCode))];
  const { rows } = await client.query<GroundsRow>(GROUNDS, [
    hospitals,
    [...new Set(studies.flatMap(({ itemCodes }) => itemCodes))],
    studies.map(({ studyInstanceUid }) => studyInstanceUid),
  ]);
  const [grounds] = rows;
  if (grounds === undefined) throw new Error('the grounds of labels were not read');
  const { suspensions, withdrawals, policies } = grounds;
  const evaluations = Map.groupBy(grounds.evaluations, ({ hospital }) => hospital);
  const memberships = await readMemberships(client, hospitals, defaultScope);
  const asksForDevices = policies.some(({ deviceTestNeeded }) => deviceTestNeeded);
  const devices = asksForDevices
    ? await readDevices(
        client,
        studies.map(({ studyId }) => studyId),
      )
    : null;
  const tests = asksForDevices ? await readDeviceTests(client, hospitals) : null;
  const today = chineseDay();
  return new Map(
    studies.map(({ studyId, hospitalCode, studyInstanceUid, studyDate }) => [
      studyId,
      {
        hospitalCode,
        studyInstanceUid,
        studyDate,
        today,
        // Without a date there is no label, and it is said of which scopes there is none.
        scopes: memberships.scopesOn(hospitalCode, studyDate === '' ? today : studyDate),
        evaluations: evaluations.get(hospitalCode) ?? [],
        suspensions,
        withdrawals,
        policies,
        devices: devices?.get(studyId) ?? null,
        deviceTests: tests?.get(hospitalCode) ?? [],
      },
    ]),
  );
}

async function readDeviceTests(
  client: Queryable,
  hospitals: readonly string[],
): Promise<Map<string, DeviceTest[]>> {
  const { rows } = await client.query<DeviceTest & OfHospital>(
    `SELECT hospital_code AS hospital, device_serial_number AS "serialNumber", result,
            to_char(tested_on, 'YYYY-MM-DD') AS "testedOn", to_char(valid_until, 'YYYY-MM-DD') AS "validUntil"
       FROM device_test WHERE hospital_code = ANY ($1) AND revoked_at IS NULL`,
    [hospitals],
  );
  return Map.groupBy(rows, ({ hospital }) => hospital);
}
