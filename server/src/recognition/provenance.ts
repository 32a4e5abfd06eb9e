import type { Provenance } from 'fhir/r4.js';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { View } from '../context.ts';
import { inView, Parameters, runStatement } from '../dicomweb/statement.ts';
import type { Searchable } from '../fhirResources/feature.ts';
import { imagingStudyId, studyOfId, SYSTEMS } from '../fhirResources/references.ts';
import { type FhirSearch, referencesOf, spansOf } from '../fhirResources/searchParameters.ts';
import type { Span } from '../fhirResources/dates.ts';
import { badParameter, cursorOf, writeCursor } from '../listQuery.ts';

/** What of labels can be asked. */
export const PROVENANCE: Searchable = {
  type: 'Provenance',
  parameters: [
    { name: 'target', type: 'reference', documentation: 'The study (ImagingStudy).' },
    { name: 'recorded', type: 'date', documentation: 'When the label was proposed, applied or withdrawn.' },
    { name: '_lastUpdated', type: 'date', documentation: 'The same as recorded: an event never changes.' },
  ],
  sorts: ['-recorded'],
};

interface EventRow {
  id: number;
  hospital: string;
  study: string;
  item: string;
  scope: string;
  text: string;
  state: 'proposed' | 'applied' | 'withdrawn';
  reason_zh: string;
  reason_en: string;
  author: string;
  cause: string;
  created_at: Date;
}

export interface FoundEvents {
  resources: Provenance[];
  next: string | null;
  /** Where only the number was asked for. */
  total?: number;
}

const place = z.object({ cursor: cursorOf(z.tuple([z.int().positive()])) });

/** SQL condition of a moment by the values of a date parameter: each span has alternatives. */
export const within = (column: string, spans: readonly Span[][], parameters: Parameters): string[] =>
  spans.map((alternatives) => {
    const each = alternatives.map(({ from, until }) => {
      const lower =
        from === null ? 'true' : `${column} >= ${parameters.add(from.toISOString(), 'timestamptz')}`;
      const upper =
        until === null ? 'true' : `${column} < ${parameters.add(until.toISOString(), 'timestamptz')}`;
      return `(${lower} AND ${upper})`;
    });
    return `(${each.join(' OR ')})`;
  });

/** SQL condition that a row's study is one of those that references name. */
export function isStudy(
  hospital: string,
  uid: string,
  references: readonly string[][],
  parameters: Parameters,
): string[] {
  return references.map((ids) => {
    const named = ids.flatMap((id) => studyOfId(id) ?? []).map(({ studyInstanceUid }) => studyInstanceUid);
    // The mark of an id is of its hospital: the same UID at another hospital is another study.
    const marks = ids.map((id) => id.slice(0, 16));
    return `(${uid} = ANY (${parameters.add(named, 'text[]')}) AND
      left(encode(sha256(convert_to(${hospital}, 'UTF8')), 'hex'), 16) = ANY (${parameters.add(marks, 'text[]')}))`;
  });
}

/** Events of labels of studies in view, the newest first. */
export async function findProvenance(index: Pool, search: FhirSearch, view: View): Promise<FoundEvents> {
  const parameters = new Parameters();
  const cursor = place.safeParse({ cursor: search.cursor === '' ? undefined : [search.cursor] });
  if (!cursor.success) throw badParameter('cursor');
  const before = cursor.data.cursor?.[0];
  const conditions = [
    inView('s', view, parameters),
    ...isStudy(
      's.hospital_code',
      's.study_instance_uid',
      referencesOf(search, 'target', 'ImagingStudy'),
      parameters,
    ),
    ...within('e.created_at', spansOf(search, 'recorded'), parameters),
    ...within('e.created_at', spansOf(search, '_lastUpdated'), parameters),
    ...(before === undefined ? [] : [`e.hr_label_event_id < ${parameters.add(before, 'bigint')}`]),
  ];
  if (search.countAlone)
    return { resources: [], next: null, total: await count(index, conditions, parameters) };
  const rows = await read(index, conditions, parameters, search.count + 1);
  const page = rows.slice(0, search.count);
  const last = rows.length > search.count ? page.at(-1) : undefined;
  return { resources: page.map(provenanceOf), next: last === undefined ? null : writeCursor([last.id]) };
}

/** One event; null: there is none of a study in view. */
export async function readProvenance(
  index: Pool,
  id: string,
  view: View,
): Promise<{ resource: Provenance; hospital: string; studyInstanceUid: string } | null> {
  const [, number] = /^label-([1-9]\d{0,14})$/.exec(id) ?? [];
  if (number === undefined) return null;
  const parameters = new Parameters();
  const wanted = `e.hr_label_event_id = ${parameters.add(Number(number), 'bigint')}`;
  const [row] = await read(index, [wanted, inView('s', view, parameters)], parameters, 1);
  return row === undefined
    ? null
    : { resource: provenanceOf(row), hospital: row.hospital, studyInstanceUid: row.study };
}

const FROM = 'FROM hr_label_event e JOIN study s USING (study_id)';

async function count(index: Pool, conditions: readonly string[], parameters: Parameters): Promise<number> {
  const [row] = await runStatement<{ total: number }>(
    index,
    `SELECT count(*)::integer AS total ${FROM} WHERE ${conditions.join(' AND ')}`,
    parameters.values,
    { planned: 'eachTime' },
  );
  return row?.total ?? 0;
}

const read = (index: Pool, conditions: readonly string[], parameters: Parameters, limit: number) =>
  runStatement<EventRow & Record<string, unknown>>(
    index,
    `SELECT e.hr_label_event_id AS id, s.hospital_code AS hospital, s.study_instance_uid AS study, e.item_code AS item,
            e.scope, e.text, e.state, e.reason_zh, e.reason_en, e.author, e.cause, e.created_at
       ${FROM}
      WHERE ${conditions.join('\n        AND ')}
      ORDER BY e.hr_label_event_id DESC LIMIT ${limit}`,
    parameters.values,
    { planned: 'eachTime' },
  );

/** Who gave a label, on what ground, by which policy. It is not signed. */
function provenanceOf(row: EventRow): Provenance {
  return {
    resourceType: 'Provenance',
    id: `label-${row.id}`,
    meta: { lastUpdated: row.created_at.toISOString() },
    target: [
      {
        reference: `ImagingStudy/${imagingStudyId(row.hospital, row.study)}`,
        identifier: { system: SYSTEMS.dicomUid, value: `urn:oid:${row.study}` },
      },
    ],
    recorded: row.created_at.toISOString(),
    policy: [`${SYSTEMS.scope}:${encodeURIComponent(row.scope)}`],
    reason: [
      {
        coding: [{ system: 'urn:hutong:label-cause', code: row.cause }],
        ...(row.reason_zh === '' ? {} : { text: row.reason_zh }),
      },
    ],
    activity: {
      coding: [
        { system: SYSTEMS.labelState, code: row.state },
        { system: SYSTEMS.item, code: row.item },
      ],
      text: row.text,
    },
    agent: [
      {
        type: { coding: [{ system: PARTICIPANT, code: 'custodian' }] },
        who: { reference: `Organization/${row.hospital}` },
      },
      {
        type: { coding: [{ system: PARTICIPANT, code: 'author' }] },
        who: { display: row.author === '' ? 'Hutong' : row.author },
      },
    ],
  };
}

const PARTICIPANT = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';
