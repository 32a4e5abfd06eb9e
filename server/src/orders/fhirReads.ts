import type { DiagnosticReport, ServiceRequest } from 'fhir/r4.js';
import type { Pool } from 'pg';
import type { Hospitals } from '../context.ts';
import { patientIdsOf, patientKey } from '../fhirResources/patientIds.ts';
import { accessionSystem, orderSystem, reportSystem, SYSTEMS } from '../fhirResources/references.ts';

interface Owned {
  hospital: string;
  patientId: string;
  issuer: string;
}

/** A resource with whose data it is. */
export interface ReadResource<T> {
  resource: T;
  hospital: string;
  patientId: string;
}

async function subjectOf(index: Pool, owned: Owned): Promise<{ reference: string } | undefined> {
  const id = (await patientIdsOf(index, [owned])).get(patientKey(owned));
  return id === undefined ? undefined : { reference: `Patient/${id}` };
}

/** An order of these hospitals as a ServiceRequest; null: there is none. */
export async function readServiceRequest(
  index: Pool,
  id: string,
  hospitals: Hospitals,
): Promise<ReadResource<ServiceRequest> | null> {
  if (!/^[1-9]\d{0,14}$/.test(id)) return null;
  const { rows } = await index.query<
    Owned & {
      number: string;
      accession: string;
      code: string;
      scheme: string;
      name: string;
      modality: string;
      priority: 'routine' | 'urgent' | 'asap' | 'stat';
      status: 'draft' | 'active' | 'completed' | 'revoked';
      requester: string;
      ordered: Date | null;
      updated: Date;
    }
  >(
    `SELECT hospital_code AS hospital, patient_id AS "patientId", issuer_of_patient_id AS issuer, order_number AS number,
            accession_number AS accession, exam_code AS code, exam_scheme AS scheme, exam_name AS name, modality, priority,
            status, requester, ordered_at AS ordered, updated_at AS updated
       FROM exam_order WHERE exam_order_id = $1 AND ($2::text[] IS NULL OR hospital_code = ANY ($2))`,
    [id, hospitals],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const system = { LN: 'http://loinc.org', SCT: 'http://snomed.info/sct', DCM: SYSTEMS.dicom }[row.scheme];
  const subject = await subjectOf(index, row);
  const resource: ServiceRequest = {
    resourceType: 'ServiceRequest',
    id,
    meta: { lastUpdated: row.updated.toISOString() },
    identifier: [
      { system: orderSystem(row.hospital), value: row.number },
      ...(row.accession === '' ? [] : [{ system: accessionSystem(row.hospital), value: row.accession }]),
    ],
    status: row.status,
    intent: 'order',
    priority: row.priority,
    ...(row.modality === ''
      ? {}
      : { category: [{ coding: [{ system: SYSTEMS.dicom, code: row.modality }] }] }),
    code: {
      ...(row.code === ''
        ? {}
        : { coding: [{ ...(system === undefined ? {} : { system }), code: row.code }] }),
      ...(row.name === '' ? {} : { text: row.name }),
    },
    subject: subject ?? { display: '—' },
    ...(row.ordered === null ? {} : { authoredOn: row.ordered.toISOString() }),
    ...(row.requester === '' ? {} : { requester: { display: row.requester } }),
  };
  return { resource, hospital: row.hospital, patientId: row.patientId };
}

/** The version of a report of these hospitals that holds, as a DiagnosticReport; null: there is none. */
export async function readDiagnosticReport(
  index: Pool,
  id: string,
  hospitals: Hospitals,
): Promise<ReadResource<DiagnosticReport> | null> {
  if (!/^[0-9a-f]{32}$/.test(id)) return null;
  const { rows } = await index.query<
    Owned & {
      number: string;
      accession: string;
      order: string;
      study: string;
      status: 'preliminary' | 'final' | 'amended' | 'cancelled';
      findings: string;
      impression: string;
      author: string;
      verifier: string;
      performed: Date | null;
      reported: Date | null;
      received: Date;
    }
  >(
    `SELECT hospital_code AS hospital, patient_id AS "patientId", issuer_of_patient_id AS issuer, report_number AS number,
            accession_number AS accession, order_number AS "order", study_instance_uid AS study, status, findings, impression,
            author, verifier, performed_at AS performed, reported_at AS reported, received_at AS received
       FROM diagnostic_report WHERE report_key = $1 AND is_current AND ($2::text[] IS NULL OR hospital_code = ANY ($2))`,
    [id, hospitals],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const subject = await subjectOf(index, row);
  const resource: DiagnosticReport = {
    resourceType: 'DiagnosticReport',
    id,
    meta: { lastUpdated: row.received.toISOString() },
    identifier: [
      { system: reportSystem(row.hospital), value: row.number },
      ...(row.accession === '' ? [] : [{ system: accessionSystem(row.hospital), value: row.accession }]),
    ],
    ...(row.order === ''
      ? {}
      : { basedOn: [{ identifier: { system: orderSystem(row.hospital), value: row.order } }] }),
    status: row.status,
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'RAD' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '18748-4' }] },
    ...(subject === undefined ? {} : { subject }),
    ...(row.study === ''
      ? {}
      : { imagingStudy: [{ identifier: { system: SYSTEMS.dicomUid, value: `urn:oid:${row.study}` } }] }),
    ...(row.performed === null ? {} : { effectiveDateTime: row.performed.toISOString() }),
    ...(row.reported === null ? {} : { issued: row.reported.toISOString() }),
    ...(row.author === '' ? {} : { performer: [{ display: row.author }] }),
    ...(row.verifier === '' ? {} : { resultsInterpreter: [{ display: row.verifier }] }),
    ...(row.impression === '' ? {} : { conclusion: row.impression }),
    ...(row.findings === ''
      ? {}
      : {
          presentedForm: [
            { contentType: 'text/plain; charset=utf-8', data: Buffer.from(row.findings).toString('base64') },
          ],
        }),
  };
  return { resource, hospital: row.hospital, patientId: row.patientId };
}
