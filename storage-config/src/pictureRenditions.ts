import { createHash } from 'node:crypto';
import type { InstanceIdentity } from './objectKeys.ts';
import type { ObjectStore } from './objectStore.ts';

/** Pictures made of instances, which can be made again. */
export const PICTURE_RENDITIONS_PREFIX = 'renditions/pictures/';
/** Days that they are kept. */
export const PICTURE_RENDITION_DAYS = 30;

/** A study of a hospital, one of its series, or one instance. */
export type PictureScope = Pick<InstanceIdentity, 'hospital' | 'studyInstanceUid'> &
  Partial<Pick<InstanceIdentity, 'seriesInstanceUid' | 'sopInstanceUid'>>;

/**
 * Prefix of all pictures that were made of a study, a series or an instance and kept:
 * `renditions/pictures/<hospital>/<fan-out>/<study>/<series>/<sop>~`. What is deleted takes them along:
 * list the prefix and delete each object. They can be made again at any time.
 */
export function pictureRenditionsPrefix({
  hospital,
  studyInstanceUid,
  seriesInstanceUid,
  sopInstanceUid,
}: PictureScope): string {
  const fanOut = createHash('sha256').update(studyInstanceUid).digest('hex').slice(0, 2);
  const study = `${PICTURE_RENDITIONS_PREFIX}${hospital}/${fanOut}/${studyInstanceUid}/`;
  if (seriesInstanceUid === undefined) return study;
  const series = `${study}${seriesInstanceUid}/`;
  return sopInstanceUid === undefined ? series : `${series}${sopInstanceUid}~`;
}

/**
 * Key of one kept picture.
 *
 * @param digest of the stored object, hex: another object of the same instance has other pictures
 * @param name says how the picture was made, for example `thumbnail1-f3.jpg`
 */
export function pictureRenditionKey(identity: InstanceIdentity, digest: string, name: string): string {
  return `${pictureRenditionsPrefix(identity)}${digest.slice(0, 32)}-${name}`;
}

/** Deletes every kept picture of a study, series or instance. Returns how many there were. */
export async function deletePictureRenditions(objects: ObjectStore, scope: PictureScope): Promise<number> {
  let removed = 0;
  for await (const { key } of objects.list(pictureRenditionsPrefix(scope))) {
    await objects.delete(key);
    removed += 1;
  }
  return removed;
}

/** Deletes kept pictures that are older than they are kept. Returns how many. */
export async function sweepPictureRenditions(
  objects: ObjectStore,
  days = PICTURE_RENDITION_DAYS,
): Promise<number> {
  const before = Date.now() - days * 86_400_000;
  let removed = 0;
  for await (const { key, lastModified } of objects.list(PICTURE_RENDITIONS_PREFIX)) {
    if (lastModified.getTime() >= before) continue;
    await objects.delete(key);
    removed += 1;
  }
  return removed;
}
