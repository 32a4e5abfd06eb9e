import { createHash } from 'node:crypto';
import { canonicalJson, compareFigures, type FigureDifference, type Figures } from '@hutong/recognition';
import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { calculateFigures, type FiguresWanted } from './calculateFigures.ts';

type Queryable = pg.Pool | pg.PoolClient;

/** A report that was made, without its figures. */
export interface ReportEntry {
  id: number;
  /** YYYY-MM. */
  month: string;
  hospital: string | null;
  /** ISO 8601. */
  asOf: string;
  complete: boolean;
  /** SHA-256 of the figures as canonical JSON, hexadecimal. */
  digest: string;
  author: Author;
  createdAt: Date;
}

export interface MonthlyReport extends ReportEntry {
  figures: Figures;
}

/** Whether a report that is calculated again comes out as it was. */
export interface ReportVerification {
  /** The kept figures still have the digest that was taken when they were made. */
  intact: boolean;
  /** Calculated again of what is recorded now, as of then, they are the same. */
  same: boolean;
  differences: FigureDifference[];
}

/** SHA-256 of figures, hexadecimal: equal figures have equal digests. */
export const digestOf = (figures: Figures): string =>
  createHash('sha256').update(canonicalJson(figures)).digest('hex');

/** Calculates the figures of a month and keeps them. Reports of the same month stand beside one another. */
export async function makeReport(
  index: pg.Pool,
  wanted: FiguresWanted,
  author: Author,
): Promise<MonthlyReport> {
  return keepReport(index, await calculateFigures(index, wanted), author);
}

/** Keeps figures as a report. */
export async function keepReport(
  client: Queryable,
  figures: Figures,
  author: Author,
): Promise<MonthlyReport> {
  const { rows } = await client.query<Row>(
    `INSERT INTO monthly_report (month, hospital_code, as_of, figures, figures_sha256, author_kind, author_id, author_name)
     VALUES (($1 || '-01')::date, $2, $3::timestamptz, $4::jsonb, decode($5, 'hex'), $6, $7, $8)
     RETURNING ${REPORT}, figures`,
    [
      figures.month,
      figures.hospital,
      figures.asOf,
      canonicalJson(figures),
      digestOf(figures),
      author.kind,
      author.id,
      author.name,
    ],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the report was not recorded');
  return reportOf(row);
}

export interface ReportFilter {
  /** YYYY-MM; null: all months. */
  month: string | null;
  /** Reports of these hospitals alone; null: of the region and of all hospitals. */
  hospitals: readonly string[] | null;
  limit: number;
}

/** Reports that were made, the last first. */
export async function listReports(
  client: Queryable,
  { month, hospitals, limit }: ReportFilter,
): Promise<ReportEntry[]> {
  const { rows } = await client.query<EntryRow>(
    `SELECT ${REPORT} FROM monthly_report
      WHERE ($1::text IS NULL OR month = ($1 || '-01')::date) AND ($2::text[] IS NULL OR hospital_code = ANY ($2))
      ORDER BY month DESC, monthly_report_id DESC LIMIT $3`,
    [month, hospitals, limit],
  );
  return rows.map(entryOf);
}

/** One report; null where there is none among these hospitals' (null: any). */
export async function findReport(
  client: Queryable,
  id: number,
  hospitals: readonly string[] | null,
): Promise<MonthlyReport | null> {
  const { rows } = await client.query<Row>(
    `SELECT ${REPORT}, figures FROM monthly_report
      WHERE monthly_report_id = $1 AND ($2::text[] IS NULL OR hospital_code = ANY ($2))`,
    [id, hospitals],
  );
  return rows[0] === undefined ? null : reportOf(rows[0]);
}

/** The last report of each of some months, of the region or of one hospital, that was made after the month was over. */
export async function lastReports(
  client: Queryable,
  months: readonly string[],
  hospital: string | null,
): Promise<Map<string, MonthlyReport>> {
  const { rows } = await client.query<Row>(
    `SELECT DISTINCT ON (month) ${REPORT}, figures FROM monthly_report
      WHERE to_char(month, 'YYYY-MM') = ANY ($1::text[]) AND hospital_code IS NOT DISTINCT FROM $2::text
        AND (figures ->> 'complete')::boolean
      ORDER BY month, monthly_report_id DESC`,
    [months, hospital],
  );
  return new Map(rows.map((row) => [row.month, reportOf(row)]));
}

/** Calculates a report again, as of the moment and by the parameters it was made with, and says where it differs. */
export async function verifyReport(index: pg.Pool, report: MonthlyReport): Promise<ReportVerification> {
  const { figures } = report;
  const again = await calculateFigures(index, {
    month: figures.month,
    hospital: figures.hospital,
    ...figures.parameters,
    asOf: figures.asOf,
  });
  const differences = compareFigures(figures, again);
  return {
    intact: digestOf(figures) === report.digest,
    same: canonicalJson(figures) === canonicalJson(again),
    differences,
  };
}

const REPORT = `monthly_report_id AS id, to_char(month, 'YYYY-MM') AS month, hospital_code AS hospital,
  figures ->> 'asOf' AS "asOf", (figures ->> 'complete')::boolean AS complete, encode(figures_sha256, 'hex') AS digest,
  author_kind AS "authorKind", author_id AS "authorId", author_name AS "authorName", created_at AS "createdAt"`;

type EntryRow = Omit<ReportEntry, 'author'> & {
  authorKind: Author['kind'];
  authorId: string;
  authorName: string;
};
type Row = EntryRow & { figures: Figures };

const entryOf = ({ authorKind, authorId, authorName, ...entry }: EntryRow): ReportEntry => ({
  ...entry,
  author: { kind: authorKind, id: authorId, name: authorName },
});

const reportOf = ({ figures, ...entry }: Row): MonthlyReport => ({ ...entryOf(entry), figures });
