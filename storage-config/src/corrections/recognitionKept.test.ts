import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCtStudy } from '../../../test/factories/index.ts';
import { keepDocument, sweepReportDocuments } from '../orders/reportDocuments.ts';
import { reportsOfStudy } from '../orders/readReports.ts';
import { readReminder } from '../recognition/readReminder.ts';
import { addReminder } from '../recognition/testing.ts';
import { deleteInstances } from './deleteInstances.ts';
import { endedOfStudy, recoverInstances } from './recoverInstances.ts';
import { openTestArchive, type TestArchive } from './testing.ts';

let archive: TestArchive;
beforeAll(async () => {
  archive = await openTestArchive();
});
afterAll(() => archive.close());

const REASON = { code: 'WRONG_DATA', text: '错' } as const;
const study = aCtStudy({ seed: 'recognised and deleted' });
const uid = study.studyInstanceUid;
const PDF = Buffer.from('%PDF-1.7\n%%EOF\n');

const ask = async (text: string): Promise<unknown[]> =>
  (await archive.index.query<Record<string, unknown>>(text)).rows;
const studyId = async (): Promise<number> =>
  (
    await archive.index.query<{ id: number }>(
      'SELECT study_id AS id FROM study WHERE study_instance_uid = $1',
      [uid],
    )
  ).rows[0]?.id ?? 0;
const RECORDS = `
  SELECT (SELECT count(*)::integer FROM reminder_match) AS matches, (SELECT count(*)::integer FROM recognition_decision) AS decisions,
         (SELECT count(*)::integer FROM diagnostic_report) AS reports, (SELECT count(*)::integer FROM exam_order) AS orders,
         (SELECT count(*)::integer FROM patient_link WHERE ended_at IS NULL) AS links`;

test('a study that is deleted leaves what hospitals relied on, is in force nowhere, and comes back with it', async () => {
  const { index, objects, correcting } = archive;
  await archive.store(study.instances.map(({ bytes }) => bytes));
  const id = await studyId();
  const { rows } = await index.query<{ patient: string; issuer: string }>(
    'SELECT patient_id AS patient, issuer_of_patient_id AS issuer FROM study WHERE study_id = $1',
    [id],
  );
  const { patient, issuer } = rows[0] ?? { patient: '', issuer: '' };
  await index.query(`INSERT INTO study_apart (study_id, because) VALUES ($1, '{}')`, [id]);
  await index.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     VALUES ($1, 'CT-01', '市', '市HR', 'applied', '', '', 'test')`,
    [id],
  );
  const document = await keepDocument({ index, objects }, 'h1', PDF);
  await index.query(
    `INSERT INTO diagnostic_report (report_key, hospital_code, report_number, study_instance_uid, patient_id, issuer_of_patient_id,
                                    status, source, content_sha256, document_key, document_sha256, document_size)
     VALUES ($1, 'h1', 'R1', $2, $3, $4, 'final', 'api', '', $5, $6, $7)`,
    [
      createHash('md5').update('R1').digest('hex'),
      uid,
      patient,
      issuer,
      document.key,
      document.sha256,
      document.size,
    ],
  );
  await index.query(
    `INSERT INTO exam_order (hospital_code, order_number, patient_id) VALUES ('h1', 'O1', $1)`,
    [patient],
  );
  const reminder = await addReminder(index, { hospital: 'h2', matches: [{ hospital: 'h1', uid }] });
  await index.query(
    `INSERT INTO recognition_decision (recognition_decision_id, chain_id, decided_at, kind, hospital_code, author_kind, author_id,
                                       reminder_id, reminder_position, issuing_hospital, study_instance_uid, item_code)
     VALUES ($1, $1, now(), 'recognised', 'h2', 'machine', 'his', $1, 0, 'h1', $2, 'CT-01')`,
    [reminder, uid],
  );
  const before = await ask(RECORDS);

  await deleteInstances(index, correcting, { study: uid, series: null, instance: null }, ['h1'], REASON);
  expect(await studyId()).toBe(0);
  expect(await ask(RECORDS)).toEqual(before);
  expect(await ask('SELECT FROM study_apart')).toEqual([]);
  expect(await ask('SELECT state, issuing_hospital AS hospital FROM hr_label')).toEqual([
    { state: 'withdrawn', hospital: 'h1' },
  ]);
  const shown = await readReminder(index, reminder, ['h2']);
  expect(shown?.matches.map(({ inForce }) => inForce)).toEqual([false]);
  // The report's document is of a report that is kept.
  expect(await sweepReportDocuments(index, objects, new Date(Date.now() + 3_600_000))).toBe(0);

  await recoverInstances(index, correcting, uid, endedOfStudy(uid), null, REASON);
  const again = await studyId();
  expect(again).toBeGreaterThan(id);
  expect((await reportsOfStudy(index, again)).map(({ reportNumber }) => reportNumber)).toEqual(['R1']);
  expect(await ask('SELECT study_id AS study, state, issuing_hospital AS hospital FROM hr_label')).toEqual([
    { study: again, state: 'withdrawn', hospital: 'h1' },
  ]);
  expect(await ask(RECORDS)).toEqual(before);
});
