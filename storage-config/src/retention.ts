import { AUDIT_ANCHORS_PREFIX } from './audit/anchors.ts';
import { AUDIT_ARCHIVE_PREFIX } from './audit/archive.ts';
import { EXPORTS_PREFIX } from './exports/exportJob.ts';
import { HOLDS_PREFIX } from './holds/holdRecords.ts';
import { INSTANCES_PREFIX, TOMBSTONES_PREFIX } from './objectKeys.ts';
import { METADATA_RENDITION_DAYS, METADATA_RENDITIONS_PREFIX } from './metadataRenditions.ts';
import { REPORTS_PREFIX } from './orders/reportDocuments.ts';
import { PICTURE_RENDITION_DAYS, PICTURE_RENDITIONS_PREFIX } from './pictureRenditions.ts';
import { REGISTRY_DOCUMENTS_PREFIX } from './registry/evaluationDocuments.ts';
import { REPLIES_PREFIX } from './shares/shareReply.ts';

/** How long a kind of object is kept, and what may remove it. */
export interface RetentionRule {
  prefix: string;
  description: string;
  /** Smallest time kept after the object's last row went, in days; null: for ever. */
  keepDays: number | null;
  /** Whether the object store's own lifecycle may remove objects: only where no index row can point to them. */
  bucketLifecycle: boolean;
}

/**
 * Medical records are to be kept at least 15 years (outpatients) or 30 (inpatients) (《医疗机构病历管理规定（2013年版）》
 * 第二十九条), so no object that a row points to expires by itself.
 */
export const RETENTION: readonly RetentionRule[] = [
  {
    prefix: INSTANCES_PREFIX,
    description:
      'Stored instances, immutable. Removed only by a deletion that leaves a tombstone, or as orphans.',
    keepDays: null,
    bucketLifecycle: false,
  },
  {
    prefix: TOMBSTONES_PREFIX,
    description:
      'Facts of deletions and corrections, so that an index rebuilt from the bucket comes out as it was.',
    keepDays: null,
    bucketLifecycle: false,
  },
  {
    prefix: HOLDS_PREFIX,
    description: 'Legal holds and their releases, so that an index rebuilt from the bucket holds the same.',
    keepDays: null,
    bucketLifecycle: false,
  },
  {
    prefix: AUDIT_ANCHORS_PREFIX,
    description: 'Digests of the audit trail, against which it is verified. Best kept under object lock.',
    keepDays: null,
    bucketLifecycle: false,
  },
  {
    prefix: AUDIT_ARCHIVE_PREFIX,
    description: 'Copies of old audit events with their chains, by "hutong audit archive".',
    keepDays: null,
    bucketLifecycle: false,
  },
  {
    prefix: EXPORTS_PREFIX,
    description:
      'De-identified copies for research, removed when their time is over (HUTONG_EXPORT_KEEP_DAYS).',
    keepDays: 365,
    bucketLifecycle: false,
  },
  {
    prefix: REPORTS_PREFIX,
    description: 'PDFs of reports, immutable. Kept with the versions of the report; orphans are removed.',
    keepDays: null,
    bucketLifecycle: false,
  },
  {
    prefix: REPLIES_PREFIX,
    description: 'Files that came back through shares. Removed with the share (HUTONG_SHARE_KEEP_DAYS).',
    keepDays: null,
    bucketLifecycle: false,
  },
  {
    prefix: REGISTRY_DOCUMENTS_PREFIX,
    description: 'Documents of quality evaluations, which labels rest on.',
    keepDays: null,
    bucketLifecycle: false,
  },
  {
    prefix: PICTURE_RENDITIONS_PREFIX,
    description: 'Thumbnails. Removed with what they were made of, made again when they are missing.',
    keepDays: PICTURE_RENDITION_DAYS,
    bucketLifecycle: true,
  },
  {
    prefix: METADATA_RENDITIONS_PREFIX,
    description: 'Metadata prepared as it is answered. Made again when it is missing.',
    keepDays: METADATA_RENDITION_DAYS,
    bucketLifecycle: true,
  },
];

/** Age, in hours, after which an object that no row points to is taken for an orphan of a failed store. */
export const ORPHAN_GRACE_HOURS = 24;
/** Age, in hours, after which an unfinished write is taken for abandoned. */
export const UNFINISHED_GRACE_HOURS = 24;
/** Days that finished outbox rows are kept for inspection. */
export const OUTBOX_DONE_DAYS = 7;
