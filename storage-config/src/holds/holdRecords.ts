import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { type Author, STUDY_EVENT_KINDS, type StudyEvent } from '../corrections/events.ts';
import type { ObjectStore } from '../objectStore.ts';

/** Where holds lie, and their releases: `holds/<hospital>/<key of the hold>~<attempt>`. */
export const HOLDS_PREFIX = 'holds/';

const FORMAT = 1;
const text = z.string();
const author = z.object({ kind: z.enum(['machine', 'person', 'trial', 'system']), id: text, name: text });
const event = z.object({
  id: z.int().positive(),
  at: z.iso.datetime().transform((at) => new Date(at)),
  hospital: text,
  studyInstanceUid: text,
  seriesInstanceUid: z.null(),
  sopInstanceUid: z.null(),
  kind: z.enum(STUDY_EVENT_KINDS),
  reason: z.object({ code: z.literal('OTHER'), text }),
  author,
  details: z.record(text, z.unknown()),
});
const record = z.object({
  format: z.literal(FORMAT),
  hold: z.object({
    key: z.uuid(),
    id: z.int().positive(),
    hospital: text.regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
    studyInstanceUid: text.nullable(),
    patientId: text.nullable(),
    reason: text,
    until: text.nullable(),
    author,
    createdAt: z.iso.datetime(),
    studies: z.array(text),
  }),
  released: z.object({ at: z.iso.datetime(), author, reason: text }).nullable(),
  events: z.array(event),
});

/** A hold as the bucket has it, so that an index made of the bucket alone holds the same. */
export interface HoldRecord {
  hold: {
    /** Tells holds apart in every index; the number of a hold may be another's in an older copy of the database. */
    key: string;
    id: number;
    hospital: string;
    studyInstanceUid: string | null;
    patientId: string | null;
    reason: string;
    until: string | null;
    author: Author;
    /** ISO 8601, as `released.at`. */
    createdAt: string;
    studies: string[];
  };
  released: { at: string; author: Author; reason: string } | null;
  /** Of the histories of its studies. */
  events: StudyEvent[];
}

/**
 * Writes a hold, or its release, durably.
 *
 * @param onKey told the object key before anything is written under it
 * @throws ObjectStoreUnavailable, ObjectStoreFull
 */
export async function writeHoldRecord(
  objects: ObjectStore,
  given: HoldRecord,
  onKey: (key: string) => void = () => undefined,
): Promise<void> {
  const { hospital, key } = given.hold;
  const objectKey = `${HOLDS_PREFIX}${hospital}/${key}~${randomBytes(8).toString('hex')}`;
  onKey(objectKey);
  await objects.put(objectKey, Buffer.from(JSON.stringify({ format: FORMAT, ...given })), { hospital });
}

/** All holds of the bucket, with their releases. @throws Error naming a record that cannot be read */
export async function readHoldRecords(objects: ObjectStore): Promise<HoldRecord[]> {
  const found = new Map<string, HoldRecord>();
  for await (const { key } of objects.list(HOLDS_PREFIX)) {
    const read = parse((await buffer(await objects.get(key))).toString());
    // Going on without it could let go what a court asked for.
    if (read === null) throw new Error(`the hold ${key} cannot be read`);
    const known = found.get(read.hold.key);
    found.set(read.hold.key, {
      ...read,
      released: read.released ?? known?.released ?? null,
      events: [...(known?.events ?? []), ...read.events],
    });
  }
  return [...found.values()].sort((a, b) => a.hold.id - b.hold.id);
}

function parse(body: string): HoldRecord | null {
  try {
    const { format: _format, ...read } = record.parse(JSON.parse(body));
    return read;
  } catch {
    return null;
  }
}
