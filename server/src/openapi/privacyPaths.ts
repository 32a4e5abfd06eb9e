import { ERRORS, inPath, json, jsonBody, problem, query } from './pathWords.ts';
import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

const BAD = { 400: problem('Something does not fit; the detail names it') };
const NONE = { 404: problem('There is none in view') };
const hold = inPath('hold', 'id of the hold');
const exported = inPath('export', 'id of the export');

/** Addresses of legal holds, retention, exports and data protection. */
export const PRIVACY_PATHS = {
  '/holds': {
    get: {
      operationId: 'listHolds',
      summary: 'Legal holds of the own hospitals, newest first; scope correct',
      parameters: [
        query('active', 'true: those that hold now alone', { type: 'boolean' }),
        query('limit', 'Holds a page, 1 to 200, 50 when absent', { type: 'integer' }),
        query('cursor', 'next of the page before'),
      ],
      responses: { 200: json('HoldsPage'), ...BAD, ...ERRORS },
    },
    post: {
      operationId: 'setHold',
      summary: 'Holds a study, or a patient of a hospital, so that nothing is removed; scope correct',
      description:
        'Deletions, rejections and discarding then answer 409 with the code study-held, objects of what was deleted before stay, and other datasets of what is stored are kept aside whoever sends them. until is its last day, today or later; without it the hold lasts until it is released.',
      requestBody: jsonBody('NewHold'),
      responses: { 201: json('Hold'), ...BAD, ...ERRORS, ...NONE },
    },
  },
  '/holds/{hold}': {
    delete: {
      operationId: 'releaseHold',
      summary: 'Releases a hold, with a reason; scope correct',
      parameters: [hold],
      requestBody: jsonBody('HoldRelease'),
      responses: { 200: json('Hold'), ...BAD, ...ERRORS, ...NONE },
    },
  },
  '/retention': {
    get: {
      operationId: 'readRetention',
      summary: 'How long studies are kept, and how many reach the end of it, by hospital; scope correct',
      responses: { 200: json('Retention'), ...ERRORS },
    },
  },
  '/retention/{hospital}': {
    put: {
      operationId: 'setRetention',
      summary: 'How long a hospital keeps studies, not shorter than the law asks for; scope admin',
      parameters: [inPath('hospital', 'Hospital code')],
      requestBody: jsonBody('RetentionRule'),
      responses: { 204: { description: 'Set' }, ...BAD, ...ERRORS, ...NONE },
    },
  },
  '/retention-policy': {
    put: {
      operationId: 'setEarlyDeletion',
      summary: 'What is answered to deletions before the end of the time that studies are kept; scope admin',
      description:
        'Of a hospital, or of the region (hospital null, by administrators of the region). The stricter holds. warn: the answer of a deletion has the header Warning, and the audit says until when the study was to be kept. refuse: 409 retention-not-over.',
      requestBody: jsonBody('EarlyDeletion'),
      responses: { 204: { description: 'Set' }, ...BAD, ...ERRORS, ...NONE },
    },
  },
  '/exports': {
    get: {
      operationId: 'listExports',
      summary: 'De-identified exports, newest first; scope export',
      parameters: [
        query('limit', 'Exports a page, 1 to 200, 50 when absent', { type: 'integer' }),
        query('cursor', 'next of the page before'),
      ],
      responses: { 200: json('ExportsPage'), ...BAD, ...ERRORS },
    },
    post: {
      operationId: 'makeExport',
      summary: 'Begins a de-identified export for a project; scope export',
      requestBody: jsonBody('NewExport'),
      responses: {
        201: json('Export'),
        ...BAD,
        ...ERRORS,
        409: problem('More studies than allowed, or none'),
      },
    },
  },
  '/exports/choices': {
    get: {
      operationId: 'readExportChoices',
      summary: 'What an export may be of; scope export',
      responses: { 200: json('ExportChoices'), ...ERRORS },
    },
  },
  '/exports/preview': {
    post: {
      operationId: 'previewExport',
      summary: 'How many studies an export would have, and one header before and after; scope export',
      requestBody: jsonBody('NewExport'),
      responses: { 200: json('ExportPreview'), ...BAD, ...ERRORS },
    },
  },
  '/exports/{export}': {
    get: {
      operationId: 'readExport',
      summary: 'One export with its progress; scope export',
      parameters: [exported],
      responses: { 200: json('Export'), ...ERRORS, ...NONE },
    },
    delete: {
      operationId: 'cancelExport',
      summary: 'Cancels an export and removes what was written of it; scope export',
      parameters: [exported],
      responses: { 200: json('Export'), ...ERRORS, ...NONE },
    },
  },
  '/exports/{export}/release': {
    post: {
      operationId: 'releaseExport',
      summary: 'Lets an export of somebody else begin, where a second person has to; scope export',
      parameters: [exported],
      responses: { 200: json('Export'), ...ERRORS, ...NONE },
    },
  },
  '/exports/{export}/archive': {
    get: {
      operationId: 'downloadExport',
      summary: 'The archive (ZIP) of an export that is done; scope export',
      parameters: [exported],
      responses: {
        200: { description: 'Streamed', content: { 'application/zip': { schema: { type: 'string' } } } },
        ...ERRORS,
        ...NONE,
      },
    },
  },
  '/data-protection': {
    get: {
      operationId: 'readDataProtection',
      summary: 'What is kept how long, as this installation is set; for everyone',
      security: [],
      responses: { 200: json('DataProtection') },
    },
  },
};

const bilingual = body({ zh: text(), en: text() });
const hospitals = list(body({ code: text(), name: bilingual }));
const day = { type: 'string', format: 'date' };
const OPTIONS: Record<string, Schema> = {
  dates: oneOf('remove', 'shift'),
  keepWeekday: flag,
  cleanDescriptors: flag,
  cleanStructuredContent: flag,
  cleanGraphics: flag,
  retainPatientCharacteristics: flag,
  retainDeviceIdentity: flag,
  retainInstitutionIdentity: flag,
  retainSafePrivate: flag,
  flagged: oneOf('apart', 'leaveOut'),
  conformance: flag,
};
const FILTER: Record<string, Schema> = {
  hospitals: list(text('Hospital code')),
  modalities: list(text()),
  items: list(text('Item code')),
  label: orNull(text('Text of an HR label in force')),
  from: orNull(day),
  to: orNull(day),
  studies: list(text('StudyInstanceUID')),
};

/** Bodies of the same. */
export const PRIVACY_SCHEMAS: Record<string, Schema> = {
  NewHold: body(
    {
      hospital: text('Hospital code'),
      studyInstanceUid: text('Or else patient'),
      study: text('As studyInstanceUid, which was called so first'),
      patient: text('PatientID in that hospital'),
      reason: text(),
      until: orNull(day),
    },
    'studyInstanceUid',
    'study',
    'patient',
    'until',
  ),
  HoldRelease: body({ reason: text() }),
  Hold: body({
    id: whole,
    hospital: text(),
    studyInstanceUid: orNull(text()),
    patientId: orNull(text()),
    reason: text(),
    until: orNull(day),
    author: text(),
    createdAt: instant,
    releasedAt: orNull(instant),
    releasedBy: orNull(text()),
    releaseReason: orNull(text()),
    active: flag,
    studies: whole,
    mayRelease: flag,
  }),
  HoldsPage: body({ holds: list(ref('Hold')), next: orNull(text()), hospitals }),
  RetentionRule: body({ outpatientYears: whole, inpatientYears: whole }),
  EarlyDeletion: body(
    {
      hospital: orNull(text()),
      answer: oneOf('allow', 'warn', 'refuse'),
      alwaysAllowed: list(text('Code of a reason that is allowed whatever the answer is')),
    },
    'alwaysAllowed',
  ),
  Retention: body({
    hospitals: list(
      body({
        code: text(),
        name: bilingual,
        outpatientYears: whole,
        inpatientYears: whole,
        studies: whole,
        ended: whole,
        endedHeld: whole,
        held: whole,
        ending: list(body({ year: whole, studies: whole })),
      }),
    ),
    least: ref('RetentionRule'),
    earlyDeletion: list(ref('EarlyDeletion')),
  }),
  NewExport: body(
    {
      project: text('Letters, digits and hyphens; pseudonyms of one project are the same in all its exports'),
      title: text(),
      approval: text('Number of the approval by the ethics committee'),
      reason: text(),
      filter: body(FILTER, ...Object.keys(FILTER)),
      options: body(OPTIONS, ...Object.keys(OPTIONS)),
    },
    'options',
  ),
  Export: body({
    id: text(),
    project: text(),
    title: text(),
    approval: text(),
    reason: text(),
    state: oneOf('unreleased', 'waiting', 'running', 'done', 'failed', 'cancelled', 'expired'),
    filter: body(FILTER),
    options: body(OPTIONS),
    author: text(),
    releasedBy: orNull(text()),
    studies: whole,
    studiesDone: whole,
    studiesMissing: whole,
    instances: whole,
    flagged: whole,
    leftOut: whole,
    size: whole,
    createdAt: instant,
    finishedAt: orNull(instant),
    expiresAt: orNull(instant),
    failure: orNull(text()),
    mayRelease: flag,
    mayCancel: flag,
    mayDownload: flag,
  }),
  ExportsPage: body({ exports: list(ref('Export')), next: orNull(text()) }),
  ExportChoices: body({
    hospitals,
    modalities: list(text()),
    items: hospitals,
    keepDays: whole,
    release: flag,
    most: whole,
  }),
  ExportPreview: body({
    studies: whole,
    patients: whole,
    instances: whole,
    tooMany: flag,
    most: whole,
    example: orNull(list(body({ tag: text(), keyword: text(), before: text(), after: orNull(text()) }))),
  }),
  DataProtection: body({
    contact: orNull(text()),
    region: text(),
    hospitals: whole,
    deletedKeepDays: whole,
    exportKeepDays: whole,
    outpatientYears: whole,
    inpatientYears: whole,
    shareMostDays: whole,
    shareKeepDays: whole,
    shareFailureDays: whole,
    knownDeviceDays: whole,
    sessionHours: whole,
    changesDays: whole,
    thumbnailDays: whole,
    preparedDays: whole,
    orphanHours: whole,
    auditExported: flag,
    sealed: flag,
    encryptedTransport: flag,
    purposes: list(text()),
  }),
};
