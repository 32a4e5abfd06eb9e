import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type pg from 'pg';
import type { ObjectStore } from '../objectStore.ts';
import { RegistryFault } from './registryFault.ts';
import { type RegistryView, ROW_IN_VIEW, viewValues } from './registryView.ts';

/** Where documents of evaluations lie: `registry/evaluations/<hospital>/<evaluation>-<random>`. */
export const REGISTRY_DOCUMENTS_PREFIX = 'registry/';

export const DOCUMENT_TYPES = ['application/pdf', 'image/jpeg', 'image/png'] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];
/** Largest document, in bytes. */
export const MAX_DOCUMENT = 20 * 1024 * 1024;

const SIGNATURES: Readonly<Record<DocumentType, readonly number[]>> = {
  'application/pdf': [0x25, 0x50, 0x44, 0x46, 0x2d],
  'image/jpeg': [0xff, 0xd8, 0xff],
  'image/png': [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
};

/** What a document is by its first bytes, whatever it was said to be; null: none of those that are taken. */
export function documentTypeOf(bytes: Uint8Array): DocumentType | null {
  return DOCUMENT_TYPES.find((type) => SIGNATURES[type].every((byte, i) => bytes[i] === byte)) ?? null;
}

/**
 * Keeps the document of an evaluation that has none yet: what others relied on is not replaced. Its bytes are durable before
 * the row names them.
 *
 * @throws RegistryFault `unknown` when there is no such evaluation, `already` when it has a document
 */
export async function attachDocument(
  { index, objects }: { index: pg.Pool; objects: ObjectStore },
  evaluation: { id: number; hospital: string },
  bytes: Uint8Array,
  type: DocumentType,
): Promise<void> {
  const key = `${REGISTRY_DOCUMENTS_PREFIX}evaluations/${evaluation.hospital}/${evaluation.id}-${randomBytes(8).toString('hex')}`;
  await objects.put(key, bytes, { 'media-type': type });
  const { rowCount } = await index.query(
    `UPDATE qualification SET document_key = $2, document_type = $3
      WHERE qualification_id = $1 AND document_key IS NULL AND revoked_at IS NULL`,
    [evaluation.id, key, type],
  );
  if (rowCount === 1) return;
  await objects.delete(key);
  throw new RegistryFault(
    'already',
    '该评价已有文件，或已撤销。',
    'The evaluation has a document already, or was taken back.',
  );
}

/** The document of an evaluation in view; null when there is none. */
export async function readDocument(
  { index, objects }: { index: pg.Pool; objects: ObjectStore },
  id: number,
  view: RegistryView,
): Promise<{ bytes: Buffer; type: DocumentType; hospital: string } | null> {
  const { rows } = await index.query<{ key: string | null; type: DocumentType; hospital: string }>(
    `SELECT document_key AS key, document_type AS type, hospital_code AS hospital FROM qualification
      WHERE qualification_id = $3 AND ${ROW_IN_VIEW}`,
    [...viewValues(view), id],
  );
  const [row] = rows;
  if (row?.key === null || row === undefined) return null;
  return { bytes: await buffer(await objects.get(row.key)), type: row.type, hospital: row.hospital };
}
