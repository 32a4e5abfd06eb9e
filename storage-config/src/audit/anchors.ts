import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type pg from 'pg';
import { z } from 'zod';
import type { ObjectStore } from '../objectStore.ts';

/** Digest of a writer's chain up to one of its batches. */
export interface AuditHead {
  writerId: string;
  batch: number;
  /** SHA-256, hex. */
  sha256: string;
}

export const AUDIT_ANCHORS_PREFIX = 'audit/heads/';

const anchor = z.object({
  format: z.literal(1),
  at: z.iso.datetime(),
  heads: z.array(
    z.object({
      writerId: z.uuid(),
      batch: z.int().positive(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

/**
 * Writes where the chains of all writers stand into the object store: whoever changes the tables afterwards, and makes
 * the chains fit, contradicts it. Returns how many writers wrote since the anchor before; without any, nothing is written.
 */
export async function anchorAudit(index: pg.Pool, objects: ObjectStore): Promise<number> {
  const known = new Map<string, number>();
  for (const { writerId, batch } of await readAnchors(objects))
    known.set(writerId, Math.max(batch, known.get(writerId) ?? 0));
  const { rows } = await index.query<AuditHead>(
    `SELECT DISTINCT ON (writer_id) writer_id AS "writerId", batch, encode(sha256, 'hex') AS sha256
       FROM audit_batch ORDER BY writer_id, batch DESC`,
  );
  const heads = rows.filter(({ writerId, batch }) => batch > (known.get(writerId) ?? 0));
  if (heads.length === 0) return 0;
  const at = new Date().toISOString();
  const key = `${AUDIT_ANCHORS_PREFIX}${at.replaceAll(':', '')}~${randomBytes(4).toString('hex')}.json`;
  await objects.put(key, Buffer.from(JSON.stringify({ format: 1, at, heads })), {});
  return heads.length;
}

/** Every head that was ever written to the object store. @throws Error naming an anchor that cannot be read */
export async function readAnchors(objects: ObjectStore): Promise<AuditHead[]> {
  const heads: AuditHead[] = [];
  for await (const { key } of objects.list(AUDIT_ANCHORS_PREFIX)) {
    const parsed = anchor.safeParse(parseJson(await buffer(await objects.get(key))));
    if (!parsed.success) throw new Error(`the audit anchor ${key} is not readable`);
    heads.push(...parsed.data.heads);
  }
  return heads;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
