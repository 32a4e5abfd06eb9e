import { AUDIT_ACTIONS, PURPOSES } from '@hutong/storage-config';
import { ERRORS, json, jsonBody, many, problem, query } from './pathWords.ts';
import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

const KINDS = ['machine', 'person', 'trial', 'share', 'system', 'nobody'];
const OUTCOMES = ['success', 'refused', 'failed'];
const BAD = { 400: problem('Something does not fit; the detail names it') };

/** Addresses of the audit trail. */
export const AUDIT_PATHS = {
  '/audit': {
    get: {
      operationId: 'listAuditEvents',
      summary: 'Who did what with whose data, newest first; scope audit',
      description:
        'One event for each caller, action, series and purpose within some minutes, with later ones added up. With Accept: application/fhir+json a Bundle of FHIR R4 AuditEvents, with application/xml DICOM audit messages (PS3.15 A.5), which have every event on its own. Patients are named in the body of /audit/search alone.',
      parameters: [
        query('hospital', 'Whose data, hospital code; may be repeated', many({ type: 'string' })),
        query('study', 'StudyInstanceUID'),
        query('actor', 'Id of who acted, or a part of the name'),
        query('kind', 'Kind of who acted; may be repeated', many({ type: 'string', enum: KINDS })),
        query('action', 'May be repeated', many({ type: 'string', enum: [...AUDIT_ACTIONS] })),
        query('outcome', 'May be repeated', many({ type: 'string', enum: OUTCOMES })),
        query('purpose', 'HL7 PurposeOfUse; may be repeated', many({ type: 'string', enum: [...PURPOSES] })),
        query('address', 'Network address, or its beginning with an asterisk behind'),
        query('from', 'Earliest instant', { type: 'string', format: 'date-time' }),
        query('to', 'Instant before which', { type: 'string', format: 'date-time' }),
        query('limit', 'Events a page, 1 to 1000, 100 when absent', { type: 'integer' }),
        query('cursor', 'next of the page before'),
      ],
      responses: { 200: json('AuditPage'), ...BAD, ...ERRORS },
    },
  },
  '/audit/search': {
    post: {
      operationId: 'searchAuditEvents',
      summary: 'As GET /audit, with the search in the body, which may name a patient; scope audit',
      requestBody: jsonBody('AuditSearch'),
      responses: { 200: json('AuditPage'), ...BAD, ...ERRORS },
    },
  },
  '/audit/overview': {
    post: {
      operationId: 'countAuditEvents',
      summary: 'How many events a search finds on each day, by action and outcome; scope audit',
      requestBody: jsonBody('AuditSearch'),
      responses: { 200: json('AuditOverview'), ...BAD, ...ERRORS },
    },
  },
  '/audit/export': {
    post: {
      operationId: 'exportAuditEvents',
      summary: 'What a search finds as a table (CSV), at most 50,000 events; scope audit',
      requestBody: jsonBody('AuditSearch'),
      responses: {
        200: {
          description: 'A table in which no cell is a formula',
          content: { 'text/csv': { schema: text() } },
        },
        ...BAD,
        ...ERRORS,
      },
    },
  },
  '/audit/patient-history': {
    post: {
      operationId: 'readPatientHistory',
      summary: 'Who did what with the images of one patient, as the patient may be told; scope audit',
      requestBody: jsonBody('PatientHistoryQuery'),
      responses: {
        200: json('PatientHistory'),
        ...BAD,
        ...ERRORS,
        404: problem('No such hospital in view'),
      },
    },
  },
  '/audit/status': {
    get: {
      operationId: 'readAuditStatus',
      summary: 'How far the export of the trail is, and what its last verification found; scope audit',
      responses: { 200: json('AuditStatus'), ...ERRORS },
    },
  },
  '/audit/verification': {
    post: {
      operationId: 'verifyAudit',
      summary: 'Begins to verify the whole trail against its anchors; scope audit for the region',
      responses: { 202: json('AuditVerification', 'It is at work'), ...ERRORS },
    },
  },
};

const verification = orNull(ref('AuditVerification'));
const bilingual = body({ zh: text(), en: text() });
const hospital = body({ code: text(), name: bilingual });

/** Bodies of the audit trail. */
export const AUDIT_SCHEMAS: Record<string, Schema> = {
  AuditSearch: body(
    {
      hospital: list(text('Hospital code')),
      patient: body({ hospital: text('Hospital code'), patientId: text('PatientID') }),
      study: text('StudyInstanceUID'),
      actor: text('Id of who acted, or a part of the name'),
      kind: list(oneOf(...KINDS)),
      action: list(oneOf(...AUDIT_ACTIONS)),
      outcome: list(oneOf(...OUTCOMES)),
      purpose: list(oneOf(...PURPOSES)),
      address: text('Network address, or its beginning with an asterisk behind'),
      from: instant,
      to: instant,
      limit: whole,
      cursor: text('next of the page before'),
    },
    ...['hospital', 'patient', 'study', 'actor', 'kind', 'action', 'outcome', 'purpose', 'address'],
    ...['from', 'to', 'limit', 'cursor'],
  ),
  AuditPage: body({ events: list(ref('AuditEvent')), next: orNull(text('cursor of the next page')) }),
  AuditEvent: body({
    id: text(),
    at: instant,
    action: oneOf(...AUDIT_ACTIONS),
    outcome: oneOf(...OUTCOMES),
    actor: body({ kind: text(), id: text(), name: text(), address: text() }),
    purpose: text('Code of HL7 PurposeOfUse'),
    hospital: text('Whose data'),
    patientId: text(),
    studyInstanceUid: text(),
    seriesInstanceUid: text(),
    count: { ...whole, description: 'How often, or how many objects, when it was written' },
    total: { ...whole, description: 'With what was added within the minutes after it' },
    requestId: text(),
    batch: orNull({ ...whole, description: "Place in its writer's chain" }),
    detail: { type: 'object', description: 'Further facts, such as the keys of a search' },
  }),
  AuditOverview: body({
    days: list(body({ day: text(), action: text(), outcome: text(), events: whole })),
  }),
  PatientHistoryQuery: body(
    { hospital: text('Hospital code'), patientId: text('PatientID'), from: instant, to: instant },
    'from',
    'to',
  ),
  PatientHistory: body({
    hospital,
    patientId: text(),
    entries: list(
      body({
        day: text('YYYY-MM-DD in China Standard Time'),
        first: instant,
        last: instant,
        kind: oneOf(
          'looked',
          'copied',
          'shared',
          'granted',
          'emergency',
          'found',
          'decided',
          'stored',
          'changed',
        ),
        who: body({ kind: text(), name: text() }),
        purpose: text('Code of HL7 PurposeOfUse'),
        emergency: flag,
        outcome: text(),
        studyInstanceUid: text(),
        times: whole,
      }),
    ),
    studies: list(
      body({
        studyInstanceUid: text(),
        date: text('DICOM DA'),
        modalities: list(text()),
        description: text(),
      }),
    ),
    cut: flag,
  }),
  AuditStatus: body({
    hospitals: list(hospital),
    wholeRegion: flag,
    destinations: orNull(
      list(
        body({
          destination: text(),
          begun: flag,
          waiting: whole,
          waitingSince: orNull(instant),
          delivered: whole,
          rejected: whole,
          failures: whole,
          lastError: orNull(text()),
          lastSuccessAt: orNull(instant),
        }),
      ),
    ),
    verification: body({ newest: verification, finished: verification }),
  }),
  AuditVerification: body({
    startedAt: instant,
    startedBy: text(),
    finishedAt: orNull(instant),
    running: flag,
    writers: whole,
    writersDone: whole,
    events: whole,
    anchors: whole,
    faults: list(body({ writerId: text(), batch: whole, fault: text() })),
    error: orNull(text()),
  }),
};
