import type { PlacedOrder } from '@hutong/conformance';
import type pg from 'pg';
import { samePatient } from './samePatient.ts';

/** More orders of one accession number are no exam but a mistake. */
const MOST_ORDERS = 8;

interface OrderRow {
  study: number;
  code: string;
  scheme: string;
  name: string;
  modality: string;
  /** Patients that the orders of the accession number name, besides this study's. */
  others: number;
}

/**
 * What was ordered for studies, by their accession numbers, in their own hospital. An accession number that leads to orders
 * of another patient says nothing: then none is taken, not even those that would fit.
 */
export async function ordersOfStudies(
  client: pg.Pool | pg.PoolClient,
  studyIds: readonly number[],
): Promise<Map<number, PlacedOrder>> {
  if (studyIds.length === 0) return new Map();
  const ofStudy = { id: 's.patient_id', issuer: 's.issuer_of_patient_id' };
  const { rows } = await client.query<OrderRow>(
    `SELECT s.study_id AS study, o.exam_code AS code, o.exam_scheme AS scheme, o.exam_name AS name, o.modality,
            count(*) FILTER (WHERE NOT ${samePatient('s.hospital_code', { id: 'o.patient_id', issuer: 'o.issuer_of_patient_id' }, ofStudy)})
              OVER (PARTITION BY s.study_id) AS others
       FROM study s
       JOIN exam_order o ON o.hospital_code = s.hospital_code AND o.accession_number = s.accession_number
      WHERE s.study_id = ANY ($1::bigint[]) AND s.accession_number <> '' AND o.accession_number <> ''
        AND o.status IN ('active', 'completed')
      ORDER BY s.study_id, o.exam_order_id`,
    [studyIds],
  );
  const found = new Map<number, PlacedOrder>();
  for (const [study, orders] of Map.groupBy(rows, (row) => row.study)) {
    if (orders.length > MOST_ORDERS || orders.some(({ others }) => others > 0)) continue;
    const modalities = new Set(orders.map(({ modality }) => modality).filter((one) => one !== ''));
    const [modality = ''] = modalities;
    found.set(study, {
      exams: orders.map(({ code, scheme, name }) => ({ code, scheme, name })),
      modality: modalities.size === 1 ? modality : '',
    });
  }
  return found;
}
