import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { MessageOutcome, MessageSource, ReportMessage } from './messages.ts';
import type { KeptDocument } from './reportDocuments.ts';
import { contentDigest, isOlder, lockNumbers } from './saveOrders.ts';

/** A report as it is to be kept, with its PDF where one came. */
export interface ReportToSave extends ReportMessage {
  document: KeptDocument | null;
}

export interface SavedReport {
  key: string;
  outcome: MessageOutcome;
}

/** How a report is named in addresses: no number of a patient, and the same for all its versions. */
export function reportKey(hospital: string, reportNumber: string): string {
  return createHash('sha256').update(`${hospital}\n${reportNumber}`).digest('hex').slice(0, 32);
}

/**
 * Keeps reports of one hospital, by their numbers, each new version as a row of its own. The same content again changes
 * nothing; a version that states an older time than the one that holds goes into the history alone. A report that names its
 * order takes the accession number from there. Belongs into one transaction.
 *
 * @returns what became of each, in their order
 */
export async function saveReports(
  client: pg.PoolClient,
  hospital: string,
  reports: readonly ReportToSave[],
  source: MessageSource,
): Promise<SavedReport[]> {
  await lockNumbers(
    client,
    'diagnostic_report',
    hospital,
    reports.map(({ reportNumber }) => reportNumber),
  );
  const saved: SavedReport[] = [];
  for (const report of reports) {
    const outcome = await saveReport(
      client,
      hospital,
      await withAccession(client, hospital, report),
      report,
      source,
    );
    saved.push({ key: reportKey(hospital, report.reportNumber), outcome });
  }
  return saved;
}

async function withAccession(
  client: pg.PoolClient,
  hospital: string,
  report: ReportToSave,
): Promise<ReportToSave> {
  if (report.accessionNumber !== '' || report.orderNumber === '') return report;
  const { rows } = await client.query<{ accession: string }>(
    'SELECT accession_number AS accession FROM exam_order WHERE hospital_code = $1 AND order_number = $2',
    [hospital, report.orderNumber],
  );
  return { ...report, accessionNumber: rows[0]?.accession ?? '' };
}

async function saveReport(
  client: pg.PoolClient,
  hospital: string,
  report: ReportToSave,
  given: ReportToSave,
  source: MessageSource,
): Promise<MessageOutcome> {
  // Of what was given: what the order says meanwhile must not make a retry something new.
  const digest = contentDigest({ ...given, document: given.document?.sha256.toString('hex') ?? null });
  const { rows } = await client.query<{
    id: number;
    stated: Date | null;
    status: string;
    same: boolean;
  }>(
    `SELECT diagnostic_report_id AS id, stated_at AS stated, status,
            EXISTS (SELECT FROM diagnostic_report WHERE hospital_code = $1 AND report_number = $2 AND content_sha256 = $3) AS same
       FROM diagnostic_report WHERE hospital_code = $1 AND report_number = $2 AND is_current`,
    [hospital, report.reportNumber, digest],
  );
  const [known] = rows;
  if (known?.same === true) return 'unchanged';
  const stated = statedAt(report);
  // A draft without a time that comes after the final report was only slower.
  const late =
    stated === null &&
    report.status === 'preliminary' &&
    known !== undefined &&
    known.status !== 'preliminary';
  const holds = known === undefined || !(late || isOlder(stated, known.stated));
  if (known !== undefined && holds)
    await client.query('UPDATE diagnostic_report SET is_current = false WHERE diagnostic_report_id = $1', [
      known.id,
    ]);
  await client.query(
    `INSERT INTO diagnostic_report
       (report_key, hospital_code, report_number, accession_number, study_instance_uid, order_number, patient_id,
        issuer_of_patient_id, status, findings, impression, document_key, document_sha256, document_size, source, author,
        verifier, performed_at, reported_at, stated_at, is_current, content_sha256)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
             $22)`,
    [
      reportKey(hospital, report.reportNumber),
      hospital,
      report.reportNumber,
      report.accessionNumber,
      report.studyInstanceUid,
      report.orderNumber,
      report.patientId,
      report.issuer,
      report.status,
      report.findings,
      report.impression,
      report.document?.key ?? null,
      report.document?.sha256 ?? null,
      report.document?.size ?? null,
      source,
      report.author,
      report.verifier,
      report.performedAt,
      report.reportedAt,
      stated,
      holds,
      digest,
    ],
  );
  if (known === undefined) return 'created';
  return holds ? 'updated' : 'older';
}

/** The own time of a version: as stated, else when it was reported. */
const statedAt = ({ statedAt: stated, reportedAt }: ReportToSave): Date | null => stated ?? reportedAt;
