import { Buffer } from 'node:buffer';
import { buffer } from 'node:stream/consumers';
import type { Uid } from '@hutong/dicom';
import { z } from 'zod';
import { tombstoneObjectKey, TOMBSTONES_PREFIX } from '../objectKeys.ts';
import type { ObjectStore } from '../objectStore.ts';
import { STUDY_EVENT_KINDS, type StudyEvent } from './events.ts';
import { type GivenReason, isCorrectionReason } from './reasons.ts';

/** What an event did to the objects of instances, so that an index made of the bucket alone comes out the same. */
export interface ObjectChanges {
  /** Objects that are no longer current, and why. */
  ended: { key: string; why: 'deleted' | 'rejected' | 'corrected' | 'discarded' }[];
  /** Objects that are the current version from now on. */
  current: string[];
  /** Objects that wait for a decision from now on. */
  keptAside: string[];
  /** SOP Instance UIDs that are refused from now on, and those that are no longer. */
  refused: string[];
  accepted: string[];
}

export const noChanges = (): ObjectChanges => ({
  ended: [],
  current: [],
  keptAside: [],
  refused: [],
  accepted: [],
});

const FORMAT = 1;

const text = z.string();
const record = z.object({
  format: z.literal(FORMAT),
  event: z.object({
    id: z.number().int().positive(),
    at: z.iso.datetime(),
    hospital: text.regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
    studyInstanceUid: text,
    seriesInstanceUid: text.nullable(),
    sopInstanceUid: text.nullable(),
    kind: z.enum(STUDY_EVENT_KINDS),
    reason: z.object({
      code: text.transform((code): GivenReason['code'] => (isCorrectionReason(code) ? code : 'OTHER')),
      text,
    }),
    author: z.object({ kind: z.enum(['machine', 'person', 'trial', 'system']), id: text, name: text }),
    details: z.record(z.string(), z.unknown()),
  }),
  instances: z.number().int().nonnegative(),
  ended: z.array(z.object({ key: text, why: z.enum(['deleted', 'rejected', 'corrected', 'discarded']) })),
  current: z.array(text),
  keptAside: z.array(text),
  refused: z.array(text),
  accepted: z.array(text),
});

export interface Tombstone extends ObjectChanges {
  event: StudyEvent;
  /** How many instances the event concerned. */
  instances: number;
}

/**
 * Writes the tombstone of an event, durably, before the transaction of the event commits: a change that was acknowledged
 * survives the loss of the index.
 *
 * @param onKey told the object key before anything is written under it
 * @throws ObjectStoreUnavailable, ObjectStoreFull
 */
export async function writeTombstone(
  objects: ObjectStore,
  tombstone: Tombstone,
  onKey: (key: string) => void,
): Promise<void> {
  const { event, ...changes } = tombstone;
  const key = tombstoneObjectKey({
    hospital: event.hospital,
    studyInstanceUid: event.studyInstanceUid as Uid,
  });
  const body = JSON.stringify({
    format: FORMAT,
    event: { ...event, at: event.at.toISOString() },
    ...changes,
  });
  onKey(key);
  await objects.put(key, Buffer.from(body), { hospital: event.hospital, event: String(event.id) });
}

/** The tombstone that an object holds; null when it holds none that this version can read. */
export function parseTombstone(body: string): Tombstone | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  const parsed = record.safeParse(value);
  if (!parsed.success) return null;
  const { event, format: _format, ...changes } = parsed.data;
  return { event: { ...event, at: new Date(event.at) }, ...changes };
}

/** All tombstones of the bucket, in the order of their events. @throws Error naming one that cannot be read */
export async function readTombstones(objects: ObjectStore): Promise<Tombstone[]> {
  const tombstones: Tombstone[] = [];
  for await (const { key } of objects.list(TOMBSTONES_PREFIX)) {
    const tombstone = parseTombstone((await buffer(await objects.get(key))).toString());
    // Going on without it could bring back what was deleted.
    if (tombstone === null) throw new Error(`the tombstone ${key} cannot be read`);
    tombstones.push(tombstone);
  }
  return tombstones.sort((a, b) => a.event.id - b.event.id);
}
