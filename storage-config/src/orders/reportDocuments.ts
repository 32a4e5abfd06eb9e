import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import { indexMadeAt } from '../indexMadeAt.ts';
import type { ObjectStore } from '../objectStore.ts';

/** PDFs of reports, one object each, immutable: `reports/<hospital>/<YYYYMM>/<32 random hexadecimals>`. */
export const REPORTS_PREFIX = 'reports/';

/** Largest PDF of a report, in bytes. */
export const LARGEST_DOCUMENT = 32 * 1024 * 1024;

/** A PDF that is kept. */
export interface KeptDocument {
  key: string;
  sha256: Buffer;
  size: number;
}

/** Whether bytes are a whole PDF (ISO 32000-2 7.5): its header stands first, its end is there. */
export function isPdf(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = buffer.subarray(0, 8).toString('latin1');
  return /^%PDF-[12]\.\d/.test(header) && buffer.subarray(-2048).includes('%%EOF');
}

/**
 * Keeps the PDF of a report durably, before the row that points to it. The same bytes of the same hospital are kept once.
 * What no row points to in the end is swept by {@link sweepReportDocuments}.
 */
export async function keepDocument(
  { index, objects }: { index: pg.Pool; objects: ObjectStore },
  hospital: string,
  bytes: Uint8Array,
): Promise<KeptDocument> {
  const sha256 = createHash('sha256').update(bytes).digest();
  const { rows } = await index.query<{ key: string }>(
    `SELECT document_key AS key FROM diagnostic_report
      WHERE hospital_code = $1 AND document_sha256 = $2 AND document_key IS NOT NULL LIMIT 1`,
    [hospital, sha256],
  );
  const size = bytes.byteLength;
  const [known] = rows;
  if (known !== undefined) return { key: known.key, sha256, size };
  const month = new Date().toISOString().slice(0, 7).replace('-', '');
  const key = `${REPORTS_PREFIX}${hospital}/${month}/${randomBytes(16).toString('hex')}`;
  await objects.put(key, bytes, {
    hospital,
    sha256: sha256.toString('hex'),
    'content-type': 'application/pdf',
  });
  return { key, sha256, size };
}

const BATCH = 500;

/**
 * Removes PDFs older than `before` that no version of a report points to; those that are older than the index itself stay, for
 * what pointed to them may be in a backup. Returns how many.
 */
export async function sweepReportDocuments(
  index: pg.Pool,
  objects: ObjectStore,
  before: Date,
): Promise<number> {
  const made = await indexMadeAt(index);
  let removed = 0;
  let batch: string[] = [];
  const sweep = async (): Promise<void> => {
    const { rows } = await index.query<{ key: string }>(
      `SELECT key FROM unnest($1::text[]) AS key
        WHERE NOT EXISTS (SELECT FROM diagnostic_report WHERE document_key = key)`,
      [batch],
    );
    for (const { key } of rows) await objects.delete(key);
    removed += rows.length;
    batch = [];
  };
  for await (const { key, lastModified } of objects.list(REPORTS_PREFIX)) {
    if (lastModified >= before || lastModified < made) continue;
    batch.push(key);
    if (batch.length >= BATCH) await sweep();
  }
  if (batch.length > 0) await sweep();
  return removed;
}
