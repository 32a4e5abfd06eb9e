import type { DicomJson } from '@hutong/dicom';
import { readRejectionNote, reasonWords, REJECTION_NOTE } from '@hutong/storage-config';
import type { Pool } from 'pg';
import type { KeptAsideBody, KeptAsideFacets } from '../contract.ts';
import { differences } from './differences.ts';
import { isAmong } from './view.ts';

type Hospitals = readonly string[] | null;

export interface KeptAsideQuery {
  hospitals: Hospitals;
  study: string | null;
  /** Reasons; all when empty. */
  kinds: readonly string[];
  id: number | null;
  before: number | null;
  limit: number;
}

export interface KeptAsideRow {
  id: number;
  hospital: string;
  name_zh: string;
  name_en: string;
  study: string;
  series: string;
  instance: string;
  sop_class: string;
  transfer_syntax: string;
  reason: string;
  size: number;
  received_at: Date;
  dataset: string | null;
  current_study: string | null;
  current_series: string | null;
  current_stored_at: Date | null;
  current_transfer_syntax: string | null;
  current_dataset: string | null;
}

/** Datasets larger than this are not compared, in characters. */
const MAX_COMPARED = 4 * 1024 * 1024;

const LIST = `SELECT k.kept_aside_id AS id, k.hospital_code AS hospital, h.name_zh, h.name_en, k.study_instance_uid AS study,
       k.series_instance_uid AS series, k.sop_instance_uid AS instance, k.sop_class_uid AS sop_class,
       k.transfer_syntax_uid AS transfer_syntax, k.reason, k.object_size AS size, k.received_at,
       CASE WHEN length(k.dataset) <= ${MAX_COMPARED} THEN k.dataset END AS dataset,
       s.study_instance_uid AS current_study, e.series_instance_uid AS current_series, i.stored_at AS current_stored_at,
       i.transfer_syntax_uid AS current_transfer_syntax,
       CASE WHEN length(i.dataset) <= ${MAX_COMPARED} THEN i.dataset END AS current_dataset
  FROM kept_aside k
  JOIN hospital h ON h.code = k.hospital_code
  LEFT JOIN instance i ON i.hospital_code = k.hospital_code AND i.sop_instance_uid = k.sop_instance_uid
  LEFT JOIN series e ON e.series_id = i.series_id
  LEFT JOIN study s ON s.study_id = i.study_id
 WHERE ($1::text[] IS NULL OR k.hospital_code = ANY ($1)) AND ($2::text IS NULL OR k.study_instance_uid = $2)
   AND (cardinality($3::text[]) = 0 OR k.reason = ANY ($3)) AND ($4::bigint IS NULL OR k.kept_aside_id = $4)
   AND ($5::bigint IS NULL OR k.kept_aside_id < $5)
 ORDER BY k.kept_aside_id DESC LIMIT $6`;

/** What is kept aside, the newest first. */
export async function listKeptAside(index: Pool, query: KeptAsideQuery): Promise<KeptAsideRow[]> {
  const { hospitals, study, kinds, id, before, limit } = query;
  const { rows } = await index.query<KeptAsideRow>(LIST, [hospitals, study, kinds, id, before, limit]);
  return rows;
}

/** How much waits for a decision, by hospital and by reason. */
export async function countKeptAside(index: Pool, hospitals: Hospitals): Promise<KeptAsideFacets> {
  const { rows } = await index.query<{ hospital: string; kind: string; count: number }>(
    `SELECT hospital_code AS hospital, reason AS kind, count(*) AS count FROM kept_aside
      WHERE $1::text[] IS NULL OR hospital_code = ANY ($1)
      GROUP BY hospital_code, reason ORDER BY hospital_code, reason`,
    [hospitals],
  );
  const sums = (key: 'hospital' | 'kind') =>
    [...Map.groupBy(rows, (row) => row[key])].map(([code, members]) => ({
      code,
      count: members.reduce((sum, { count }) => sum + count, 0),
    }));
  return {
    total: rows.reduce((sum, { count }) => sum + count, 0),
    hospitals: sums('hospital'),
    kinds: sums('kind'),
  };
}

/** An entry as a caller may see it: values of patients only to those who may read the study. */
export function keptAsideBody(
  row: KeptAsideRow,
  view: { readable: Hospitals; correctable: Hospitals },
): KeptAsideBody {
  const readable = isAmong(view.readable, row.hospital);
  const isNote = row.reason === REJECTION_NOTE;
  return {
    id: row.id,
    kind: row.reason as KeptAsideBody['kind'],
    hospital: { code: row.hospital, name: { zh: row.name_zh, en: row.name_en } },
    studyInstanceUid: row.study,
    seriesInstanceUid: row.series,
    sopInstanceUid: row.instance,
    sopClassUid: row.sop_class,
    transferSyntaxUid: row.transfer_syntax,
    size: row.size,
    receivedAt: row.received_at.toISOString(),
    current:
      row.current_study === null || row.current_series === null || row.current_stored_at === null
        ? null
        : {
            studyInstanceUid: row.current_study,
            seriesInstanceUid: row.current_series,
            transferSyntaxUid: row.current_transfer_syntax ?? '',
            storedAt: row.current_stored_at.toISOString(),
          },
    differences: isNote ? null : comparison(row, readable),
    rejection: isNote ? rejection(row) : null,
    mayDecide: isAmong(view.correctable, row.hospital),
  };
}

function comparison(row: KeptAsideRow, readable: boolean): KeptAsideBody['differences'] {
  if (row.dataset === null || row.current_dataset === null) return null;
  const { attributes, more } = differences(
    JSON.parse(row.current_dataset) as DicomJson,
    JSON.parse(row.dataset) as DicomJson,
  );
  return {
    attributes: attributes.map(({ path, keyword, vr, before, after }) => ({
      path,
      keyword,
      vr,
      ...(readable ? { current: before, keptAside: after } : {}),
    })),
    more,
    // The datasets differ, so where no attribute does it is a value that is kept by reference.
    bulkData: attributes.length === 0,
  };
}

function rejection(row: KeptAsideRow): KeptAsideBody['rejection'] {
  const note = row.dataset === null ? null : readRejectionNote(JSON.parse(row.dataset) as DicomJson);
  if (note === null) return null;
  const { zh, en } = reasonWords(note.reason);
  return { reason: { code: note.reason, label: { zh, en } }, instances: note.instances.length };
}
