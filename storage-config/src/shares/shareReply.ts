import { createHash, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { ObjectStore } from '../objectStore.ts';

export const REPLY_TYPES = ['application/pdf', 'image/jpeg', 'image/png', 'application/dicom'] as const;
export type ReplyType = (typeof REPLY_TYPES)[number];
/** Where files that came back lie: `replies/<hospital>/<share>/<reply>`. */
export const REPLIES_PREFIX = 'replies/';
/** Files that may come back through one share. */
export const MAX_REPLIES = 20;

/** A file that came back through a share. */
export interface ShareReply {
  id: string;
  at: Date;
  name: string;
  mediaType: ReplyType;
  /** Bytes. */
  size: number;
  from: string;
  note: string;
}

const COLUMNS = `r.reply_id AS id, r.received_at AS at, r.file_name AS name, r.media_type AS "mediaType", r.size,
  r.sender AS "from", r.note`;

/**
 * Keeps a file that came back. Its bytes are durable before its row is: a row always has its object.
 *
 * @returns null when as many came as may, or the share is over
 */
export async function addShareReply(
  { index, objects }: { index: pg.Pool; objects: ObjectStore },
  share: { id: string; hospital: string },
  given: {
    bytes: Uint8Array;
    name: string;
    mediaType: ReplyType;
    from: string;
    note: string;
    personId: string | null;
    address: string;
  },
): Promise<ShareReply | null> {
  const id = randomUUID();
  const key = `${REPLIES_PREFIX}${share.hospital}/${share.id}/${id}`;
  await objects.put(key, given.bytes, { 'media-type': given.mediaType });
  const reply = await inTransaction(index, async (client) => {
    // One after the other: what is counted afterwards holds those that came just before.
    const open = await client.query(
      'SELECT FROM share WHERE share_id = $1 AND revoked_at IS NULL AND expires_at > now() FOR UPDATE',
      [share.id],
    );
    if (open.rowCount !== 1) return null;
    const { rows } = await client.query<ShareReply>(
      `INSERT INTO share_reply AS r (reply_id, share_id, object_key, media_type, size, sha256, file_name, sender, note,
                                     person_id, address)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
        WHERE (SELECT count(*) FROM share_reply o WHERE o.share_id = $2) < ${MAX_REPLIES}
       RETURNING ${COLUMNS}`,
      [
        id,
        share.id,
        key,
        given.mediaType,
        given.bytes.length,
        createHash('sha256').update(given.bytes).digest(),
        given.name,
        given.from,
        given.note,
        given.personId,
        given.address.slice(0, 64),
      ],
    );
    return rows[0] ?? null;
  });
  if (reply === null) await objects.delete(key);
  return reply;
}

/** Notes that somebody of the hospital takes a file, for it is no longer new. */
export async function noteReplyTaken(pool: pg.Pool, id: string): Promise<void> {
  await pool.query('UPDATE share_reply SET taken_at = now() WHERE reply_id = $1 AND taken_at IS NULL', [id]);
}

/** What came back through a share, the newest first. */
export async function readShareReplies(pool: pg.Pool, share: string): Promise<ShareReply[]> {
  const { rows } = await pool.query<ShareReply>(
    `SELECT ${COLUMNS} FROM share_reply r WHERE share_id = $1 ORDER BY received_at DESC`,
    [share],
  );
  return rows;
}

/** One file that came back, with where its bytes lie; null when there is none of a share in these hospitals. */
export async function findShareReply(
  pool: pg.Pool,
  share: string,
  id: string,
  hospitals: readonly string[] | null,
): Promise<(ShareReply & { objectKey: string; hospital: string }) | null> {
  const { rows } = await pool.query<ShareReply & { objectKey: string; hospital: string }>(
    `SELECT ${COLUMNS}, r.object_key AS "objectKey", h.hospital_code AS hospital
       FROM share_reply r JOIN share h USING (share_id)
      WHERE share_id = $1 AND reply_id = $2 AND ($3::text[] IS NULL OR h.hospital_code = ANY ($3))`,
    [share, id, hospitals],
  );
  return rows[0] ?? null;
}
