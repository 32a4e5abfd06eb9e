import type pg from 'pg';
import { samePatient } from './samePatient.ts';

/** An order as lists show it. */
export interface ListedOrder {
  id: number;
  hospital: string;
  nameZh: string;
  nameEn: string;
  orderNumber: string;
  accessionNumber: string;
  patientId: string;
  patientName: string;
  exam: { code: string; scheme: string; name: string };
  modality: string;
  department: string;
  priority: 'routine' | 'urgent' | 'asap' | 'stat';
  patientClass: string;
  status: 'draft' | 'active' | 'completed' | 'revoked';
  orderedAt: Date | null;
  receivedAt: Date;
  studies: string[];
  reports: number;
}

export interface OrderFilter {
  /** null: of all. */
  hospitals: readonly string[] | null;
  /** Beginning of a number or PatientID, or part of the exam's name; empty: any. */
  q: string;
  status: readonly string[];
  images: 'with' | 'without' | null;
  /** Only orders with smaller ids; null: from the newest. */
  before: number | null;
  limit: number;
}

const STUDIES = `SELECT s.study_instance_uid FROM study s
   WHERE s.hospital_code = o.hospital_code AND s.accession_number = o.accession_number AND o.accession_number <> ''
     AND ${samePatient('o.hospital_code', { id: 'o.patient_id', issuer: 'o.issuer_of_patient_id' }, { id: 's.patient_id', issuer: 's.issuer_of_patient_id' })}`;

/** Orders of hospitals, the newest first. */
export async function listOrders(
  client: pg.Pool | pg.PoolClient,
  filter: OrderFilter,
): Promise<ListedOrder[]> {
  const like = filter.q.replace(/[\\%_]/g, '\\$&');
  const { rows } = await client.query<ListedOrder>(
    `SELECT o.exam_order_id AS id, o.hospital_code AS hospital, h.name_zh AS "nameZh", h.name_en AS "nameEn",
            o.order_number AS "orderNumber", o.accession_number AS "accessionNumber", o.patient_id AS "patientId",
            coalesce(p.name, '') AS "patientName",
            json_build_object('code', o.exam_code, 'scheme', o.exam_scheme, 'name', o.exam_name) AS exam,
            o.modality, o.department, o.priority, o.patient_class AS "patientClass", o.status, o.ordered_at AS "orderedAt",
            o.received_at AS "receivedAt", ARRAY(${STUDIES} ORDER BY s.study_id LIMIT 5) AS studies,
            (SELECT count(*)::integer FROM diagnostic_report r
              WHERE r.is_current AND r.hospital_code = o.hospital_code
                AND (r.order_number = o.order_number
                     OR (r.accession_number = o.accession_number AND o.accession_number <> ''))) AS reports
       FROM exam_order o
       JOIN hospital h ON h.code = o.hospital_code
       LEFT JOIN patient p ON p.hospital_code = o.hospital_code AND p.patient_id = o.patient_id
                          AND p.issuer_of_patient_id = o.issuer_of_patient_id
      WHERE ($1::text[] IS NULL OR o.hospital_code = ANY ($1))
        AND ($2 = '' OR o.order_number LIKE $3 OR o.accession_number LIKE $3 OR o.patient_id LIKE $3 OR o.exam_name ILIKE $4)
        AND (cardinality($5::text[]) = 0 OR o.status = ANY ($5))
        AND ($6::text IS NULL OR EXISTS (${STUDIES}) = ($6 = 'with'))
        AND ($7::bigint IS NULL OR o.exam_order_id < $7)
      ORDER BY o.exam_order_id DESC LIMIT $8`,
    [
      filter.hospitals,
      filter.q,
      `${like}%`,
      `%${like}%`,
      filter.status,
      filter.images,
      filter.before,
      filter.limit,
    ],
  );
  return rows;
}
