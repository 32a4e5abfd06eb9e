import { createHash } from 'node:crypto';
import type { Uid } from '@hutong/dicom';
import type { ObjectStore } from './objectStore.ts';

/** Metadata prepared as it is answered, which can be made again. */
export const METADATA_RENDITIONS_PREFIX = 'renditions/metadata/';
/** How long it is kept, in days; asked for later it is made again. */
export const METADATA_RENDITION_DAYS = 30;

/** What the metadata of a study or of one series is kept for, prepared as one answer. */
export interface MetadataRendition {
  /** The hospital whose root was asked; null: the region's. */
  hospital: string | null;
  studyInstanceUid: Uid;
  /** null: the whole study. */
  seriesInstanceUid: Uid | null;
  /** Of everything that determines the answer. */
  facts: string;
}

type Study = Pick<MetadataRendition, 'hospital' | 'studyInstanceUid'>;

/** `renditions/metadata/<hospital, or region_>/<fan-out>/<study>/`; no hospital is called `region_`. */
function studyPrefix({ hospital, studyInstanceUid }: Study): string {
  const fanOut = createHash('sha256').update(studyInstanceUid).digest('hex').slice(0, 2);
  return `${METADATA_RENDITIONS_PREFIX}${hospital ?? 'region_'}/${fanOut}/${studyInstanceUid}/`;
}

/** Key of prepared metadata: the same facts give the same key, any other fact gives another. */
export function metadataRenditionKey({ seriesInstanceUid, facts, ...study }: MetadataRendition): string {
  const digest = createHash('sha256').update(facts).digest('hex');
  return `${studyPrefix(study)}${seriesInstanceUid ?? 'study'}~${digest}.json.gz`;
}

/** Deletes the prepared metadata of a hospital's study, that of the region's view too. Returns how many there were. */
export async function deleteMetadataRenditions(
  objects: ObjectStore,
  study: { hospital: string; studyInstanceUid: Uid },
): Promise<number> {
  let removed = 0;
  for (const hospital of [study.hospital, null]) {
    for await (const { key } of objects.list(studyPrefix({ ...study, hospital }))) {
      await objects.delete(key);
      removed += 1;
    }
  }
  return removed;
}

/** Deletes prepared metadata that is older than `days`; what is still asked for is made again. Returns how many. */
export async function sweepMetadataRenditions(
  objects: ObjectStore,
  days = METADATA_RENDITION_DAYS,
): Promise<number> {
  const before = Date.now() - days * 24 * 3_600_000;
  let removed = 0;
  for await (const { key, lastModified } of objects.list(METADATA_RENDITIONS_PREFIX)) {
    if (lastModified.getTime() > before) continue;
    await objects.delete(key);
    removed += 1;
  }
  return removed;
}
