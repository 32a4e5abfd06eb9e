import { REASONS_TO_EXAMINE_AGAIN } from '@hutong/recognition';
import type { DetectedIssue } from 'fhir/r4.js';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { Hospitals } from '../context.ts';
import { Parameters, runStatement } from '../dicomweb/statement.ts';
import type { Searchable } from '../fhirResources/feature.ts';
import { type LocalPatient, patientIdsOf, patientKey, patientsOfIds } from '../fhirResources/patientIds.ts';
import { imagingStudyId, orderSystem, SYSTEMS } from '../fhirResources/references.ts';
import { type FhirSearch, referencesOf, spansOf } from '../fhirResources/searchParameters.ts';
import { badParameter, cursorOf, momentAndId, writeCursor } from '../listQuery.ts';
import { isStudy, within } from './provenance.ts';

/** What of reminders and the decisions on them can be asked. */
export const DETECTED_ISSUE: Searchable = {
  type: 'DetectedIssue',
  parameters: [
    { name: 'patient', type: 'reference', documentation: 'Patient of the hospital that was reminded.' },
    { name: 'implicated', type: 'reference', documentation: 'The study that exists (ImagingStudy).' },
    { name: 'identified', type: 'date', documentation: 'When the hospital was reminded.' },
    { name: '_lastUpdated', type: 'date', documentation: 'When it was reminded, or last decided.' },
  ],
  sorts: ['-identified'],
};

interface IssueRow {
  reminder: string;
  position: number;
  hospital: string;
  patientId: string;
  issuer: string;
  orderNumber: string;
  practitioner: string;
  exam: string;
  issuing: string;
  study: string;
  item: string;
  labels: string[];
  identified: Date;
  updated: Date;
  at: string;
  kind: 'recognised' | 'examinedAgain' | null;
  reason: string | null;
  reasonText: string | null;
  decided: Date | null;
}

const place = z.object({ cursor: cursorOf(z.tuple([...momentAndId.def.items, z.int().nonnegative()])) });

/** Matches of reminders that these hospitals were given, the newest first. */
export async function findIssues(
  index: Pool,
  search: FhirSearch,
  hospitals: Hospitals,
): Promise<{ resources: DetectedIssue[]; next: string | null; total?: number }> {
  const parameters = new Parameters();
  const cursor = place.safeParse({ cursor: search.cursor === '' ? undefined : [search.cursor] });
  if (!cursor.success) throw badParameter('cursor');
  const before = cursor.data.cursor;
  const conditions = [
    ...ownReminders(hospitals, parameters),
    ...isStudy(
      'm.hospital_code',
      'm.study_instance_uid',
      referencesOf(search, 'implicated', 'ImagingStudy'),
      parameters,
    ),
    ...within('r.created_at', spansOf(search, 'identified'), parameters),
    ...within('greatest(r.created_at, d.created_at)', spansOf(search, '_lastUpdated'), parameters),
  ];
  for (const ids of referencesOf(search, 'patient', 'Patient'))
    conditions.push(ofPatients(await patientsOfIds(index, ids), parameters));
  if (search.countAlone)
    return { resources: [], next: null, total: await count(index, conditions, parameters) };
  if (before !== null) {
    const [moment, id, position] = before;
    conditions.push(
      `(r.created_at, r.reminder_id, m.position::integer) < (${parameters.add(moment, 'timestamptz')}, ${parameters.add(id, 'uuid')}, ${parameters.add(position, 'integer')})`,
    );
  }
  const rows = await read(index, conditions, parameters, search.count + 1);
  const page = rows.slice(0, search.count);
  const last = rows.length > search.count ? page.at(-1) : undefined;
  return {
    resources: await issuesOf(index, page),
    next: last === undefined ? null : writeCursor([last.at, last.reminder, last.position]),
  };
}

/** One match; null: there is none of these hospitals. */
export async function readIssue(
  index: Pool,
  id: string,
  hospitals: Hospitals,
): Promise<{ resource: DetectedIssue; hospital: string; patientId: string } | null> {
  const [, reminder, position] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(\d{1,4})$/.exec(id) ?? [];
  if (reminder === undefined) return null;
  const parameters = new Parameters();
  const conditions = [
    `r.reminder_id = ${parameters.add(reminder, 'uuid')}`,
    `m.position = ${parameters.add(Number(position), 'integer')}`,
    ...ownReminders(hospitals, parameters),
  ];
  const rows = await read(index, conditions, parameters, 1);
  const [row] = rows;
  const [resource] = await issuesOf(index, rows);
  return row === undefined || resource === undefined
    ? null
    : { resource, hospital: row.hospital, patientId: row.patientId };
}

const ownReminders = (hospitals: Hospitals, parameters: Parameters): string[] =>
  hospitals === null ? ['true'] : [`r.hospital_code = ANY (${parameters.add(hospitals, 'text[]')})`];

function ofPatients(patients: readonly LocalPatient[], parameters: Parameters): string {
  const each = patients.map(
    ({ hospital, patientId, issuer }) =>
      `(r.hospital_code = ${parameters.add(hospital, 'text')} AND r.patient_id = ${parameters.add(patientId, 'text')}
        AND r.issuer_of_patient_id = ${parameters.add(issuer, 'text')})`,
  );
  return each.length === 0 ? 'false' : `(${each.join(' OR ')})`;
}

const FROM = `FROM reminder r JOIN reminder_match m USING (reminder_id)
       LEFT JOIN LATERAL (SELECT * FROM recognition_decision one
                           WHERE one.reminder_id = m.reminder_id AND one.reminder_position = m.position
                             AND one.kind <> 'withdrawn'
                             AND NOT EXISTS (SELECT FROM recognition_decision later
                                              WHERE later.replaces = one.recognition_decision_id)
                           ORDER BY one.created_at DESC LIMIT 1) AS d ON true`;

async function count(index: Pool, conditions: readonly string[], parameters: Parameters): Promise<number> {
  const [row] = await runStatement<{ total: number }>(
    index,
    `SELECT count(*)::integer AS total ${FROM} WHERE m.hospital_code <> r.hospital_code AND ${conditions.join(' AND ')}`,
    parameters.values,
    { planned: 'eachTime' },
  );
  return row?.total ?? 0;
}

const read = (index: Pool, conditions: readonly string[], parameters: Parameters, limit: number) =>
  runStatement<IssueRow & Record<string, unknown>>(
    index,
    `SELECT r.reminder_id AS reminder, m.position, r.hospital_code AS hospital, r.patient_id AS "patientId",
            r.issuer_of_patient_id AS issuer, r.order_number AS "orderNumber", r.practitioner,
            coalesce(nullif(r.exam_name, ''), r.exam_code) AS exam, m.hospital_code AS issuing, m.study_instance_uid AS study,
            m.item_code AS item, m.labels, r.created_at AS identified, greatest(r.created_at, d.created_at) AS updated,
            r.created_at::text AS at, d.kind, d.reason_code AS reason, d.reason_text AS "reasonText", d.decided_at AS decided
       ${FROM}
      WHERE m.hospital_code <> r.hospital_code AND ${conditions.join('\n        AND ')}
      ORDER BY r.created_at DESC, r.reminder_id DESC, m.position DESC LIMIT ${limit}`,
    parameters.values,
    { planned: 'eachTime' },
  );

async function issuesOf(index: Pool, rows: readonly IssueRow[]): Promise<DetectedIssue[]> {
  const patients = await patientIdsOf(index, rows);
  return rows.map((row) => issueOf(row, patients.get(patientKey(row)) ?? null));
}

/** A duplicate examination: the study that exists, and what was done about it. */
function issueOf(row: IssueRow, patient: string | null): DetectedIssue {
  return {
    resourceType: 'DetectedIssue',
    id: `${row.reminder}-${row.position}`,
    meta: { lastUpdated: row.updated.toISOString() },
    status: row.kind === null ? 'preliminary' : 'final',
    code: {
      coding: [{ system: 'urn:hutong:detected-issue', code: 'DUPLICATE_EXAM' }],
      text: '重复检查 duplicate examination',
    },
    ...(patient === null ? {} : { patient: { reference: `Patient/${patient}` } }),
    identifiedDateTime: row.identified.toISOString(),
    author: { reference: `Organization/${row.hospital}` },
    implicated: [
      {
        reference: `ImagingStudy/${imagingStudyId(row.issuing, row.study)}`,
        identifier: { system: SYSTEMS.dicomUid, value: `urn:oid:${row.study}` },
      },
      ...(row.orderNumber === ''
        ? []
        : [
            {
              type: 'ServiceRequest',
              identifier: { system: orderSystem(row.hospital), value: row.orderNumber },
            },
          ]),
    ],
    evidence: [
      { code: [{ coding: [{ system: SYSTEMS.item, code: row.item }], text: row.labels.join('、') }] },
    ],
    ...(row.exam === '' ? {} : { detail: row.exam }),
    ...(row.kind === null ? {} : { mitigation: [mitigationOf(row)] }),
  };
}

function mitigationOf(row: IssueRow): NonNullable<DetectedIssue['mitigation']>[number] {
  const reason = REASONS_TO_EXAMINE_AGAIN.find(({ code }) => code === row.reason);
  const again = row.kind === 'examinedAgain';
  const text = again ? [reason?.text.zh ?? '', row.reasonText ?? ''].filter(Boolean).join('：') : '互认';
  return {
    action: {
      coding: [
        again
          ? { system: SYSTEMS.reasonToExamineAgain, code: row.reason ?? '' }
          : { system: SYSTEMS.recognitionDecision, code: 'recognised' },
      ],
      text,
    },
    ...(row.decided === null ? {} : { date: row.decided.toISOString() }),
    ...(row.practitioner === '' ? {} : { author: { display: row.practitioner } }),
  };
}
