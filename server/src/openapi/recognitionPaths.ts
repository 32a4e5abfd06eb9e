import { REASON_CODES, RECOGNITION_WORDS } from '@hutong/recognition';
import { DECISION_KINDS, PATIENT_CLASSES } from '@hutong/storage-config';
import { ERRORS, inPath, json, jsonBody, many, type Parameter, problem, query } from './pathWords.ts';
import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

const ABSENT = problem('There is no such reminder, study or decision of the own hospitals');
const REFUSED = problem(
  'Refused, and why: own study, no label, label withdrawn, study gone, outside of the scope, another patient, reason not offered, decided already, changed meanwhile, key used',
);
const KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    "The caller's own key of the request, 1 to 200 visible characters: sent again it is the same decision",
  schema: { type: 'string' },
};
const UNFIT = problem('The body or a parameter does not fit');
const DECISION = inPath('decision', 'Id of the decision');

const FILTERS: Parameter[] = [
  query('side', 'made: by the own hospitals; received: on their studies; all when absent', {
    type: 'string',
    enum: ['made', 'received', 'all'],
  }),
  query('hospital', 'Code of a deciding hospital; may be repeated', many({ type: 'string' })),
  query('issuing', 'Code of an issuing hospital; may be repeated', many({ type: 'string' })),
  query('department', 'May be repeated', many({ type: 'string' })),
  query('kind', 'May be repeated', many({ type: 'string', enum: [...DECISION_KINDS] })),
  query('reason', 'May be repeated', many({ type: 'string', enum: [...REASON_CODES] })),
  query('item', 'Code of an item; may be repeated', many({ type: 'string' })),
  query('month', 'YYYY-MM in China, of the decision', { type: 'string' }),
];
const PAGES: Parameter[] = [
  query('limit', 'Decisions a page, 1 to 200, 50 when absent', { type: 'integer' }),
  query('cursor', 'next of the page before'),
];

/** Addresses of decisions on mutual recognition. */
export const RECOGNITION_PATHS = {
  '/recognition/decisions': {
    get: {
      operationId: 'listRecognitionDecisions',
      summary:
        'Decisions of the own hospitals, and of others on their studies, as they stand; scope recognise',
      parameters: [...FILTERS, ...PAGES],
      responses: { 200: json('RecognitionDecisionsPage'), 400: UNFIT, ...ERRORS },
    },
    post: {
      operationId: 'recordRecognitionDecision',
      summary: "Recognises another hospital's study, or says why it is examined again; scope recognise",
      parameters: [KEY],
      requestBody: jsonBody('NewRecognitionDecision'),
      responses: {
        200: json('RecognitionDecision', 'It was recorded before'),
        201: json('RecognitionDecision', 'Recorded'),
        400: UNFIT,
        404: ABSENT,
        409: REFUSED,
        ...ERRORS,
      },
    },
  },
  '/recognition/decisions/facets': {
    get: {
      operationId: 'listRecognitionFacets',
      summary: 'What the filters of the list offer; scope recognise',
      responses: { 200: json('RecognitionFacets'), ...ERRORS },
    },
  },
  '/recognition/decisions/export': {
    get: {
      operationId: 'exportRecognitionDecisions',
      summary: 'The list as a table, at most 20,000 lines; scope recognise',
      parameters: FILTERS,
      responses: {
        200: { description: 'CSV, UTF-8', content: { 'text/csv': { schema: text() } } },
        400: UNFIT,
        ...ERRORS,
      },
    },
  },
  '/recognition/decisions/{decision}': {
    get: {
      operationId: 'readRecognitionDecision',
      summary: 'A decision with its history; scope recognise',
      parameters: [DECISION],
      responses: { 200: json('RecognitionHistory'), 404: ABSENT, ...ERRORS },
    },
  },
  '/recognition/decisions/{decision}/correct': {
    post: {
      operationId: 'correctRecognitionDecision',
      summary: 'Puts a corrected decision in place of the one that was read; of two at once one wins',
      parameters: [DECISION, KEY],
      requestBody: jsonBody('RecognitionCorrection'),
      responses: {
        200: json('RecognitionDecision', 'It says so already'),
        201: json('RecognitionDecision', 'Corrected'),
        400: UNFIT,
        404: ABSENT,
        409: REFUSED,
        ...ERRORS,
      },
    },
  },
  '/recognition/decisions/{decision}/withdraw': {
    post: {
      operationId: 'withdrawRecognitionDecision',
      summary: 'Takes a decision back; its history stays',
      parameters: [DECISION, KEY],
      requestBody: jsonBody('RecognitionWithdrawal'),
      responses: {
        200: json('RecognitionDecision', 'Was withdrawn by the same request'),
        201: json('RecognitionDecision', 'Withdrawn'),
        400: UNFIT,
        404: ABSENT,
        409: REFUSED,
        ...ERRORS,
      },
    },
  },
  '/recognition/decisions/{decision}/cite': {
    post: {
      operationId: 'citeRecognitionDecision',
      summary: 'Notes that the text for the medical record was taken over',
      parameters: [DECISION],
      responses: { 200: json('RecognitionDecision'), 404: ABSENT, ...ERRORS },
    },
  },
  '/recognition/region-decisions': {
    get: {
      operationId: 'listRegionDecisions',
      summary:
        'Decisions of the hospitals of the registry, with nothing of patients or studies; scope registry',
      parameters: [...FILTERS, ...PAGES],
      responses: { 200: json('RecognitionDecisionsPage'), 400: UNFIT, ...ERRORS },
    },
  },
  '/recognition/reasons': {
    get: {
      operationId: 'listReasonsToExamineAgain',
      summary: 'Reasons that the policy of the region offers; scope recognise',
      responses: { 200: json('OfferedReasons'), ...ERRORS },
    },
  },
  '/recognition/reminders/{reminder}': {
    get: {
      operationId: 'readReminder',
      summary: 'A reminder of an own hospital with what became of its matches; scope recognise',
      parameters: [inPath('reminder', 'Id of the reminder')],
      responses: { 200: json('ReminderPage'), 404: ABSENT, ...ERRORS },
    },
  },
  '/recognition/reminders/{reminder}/matches/{position}/open': {
    post: {
      operationId: 'openReminderMatch',
      summary:
        'Opens the pictures of a match to the person who asks, by recognition where they are not open anyway, and notes that',
      parameters: [inPath('reminder', 'Id of the reminder'), inPath('position', 'Which match, from 0')],
      responses: { 200: json('OpenedMatch'), 404: ABSENT, 409: REFUSED, ...ERRORS },
    },
  },
  '/recognition/studies/{studyInstanceUid}': {
    get: {
      operationId: 'readStudyRecognition',
      summary: 'Items with labels of a study, reasons, and what the own hospitals decided; scope recognise',
      parameters: [
        inPath('studyInstanceUid', 'StudyInstanceUID'),
        query('hospital', 'Whose copy; when absent that of the hospital that stored the study first'),
      ],
      responses: {
        200: json('StudyRecognition'),
        400: problem('Not a UID'),
        404: problem('There is no such study in view'),
        ...ERRORS,
      },
    },
  },
};

const both = body({ zh: text(), en: text() });
const item = body({ code: text(), name: both });
const word = oneOf(...RECOGNITION_WORDS);
const patientClass = oneOf(...PATIENT_CLASSES);
const said = {
  kind: oneOf('recognised', 'examinedAgain'),
  reasonCode: { ...oneOf(...REASON_CODES), description: 'Where examined again' },
  reasonText: text('At most 500 characters; needed for RX12'),
  patientInformed: flag,
};
const who = { department: text('At most 64 characters'), practitioner: text('At most 64 characters') };

/** Bodies of decisions on mutual recognition. */
export const RECOGNITION_SCHEMAS: Record<string, Schema> = {
  NewRecognitionDecision: body(
    {
      ...said,
      on: {
        anyOf: [
          body({ reminder: text('Id'), position: whole }),
          body(
            { hospital: text('Code of the issuing hospital'), studyInstanceUid: text(), itemCode: text() },
            'itemCode',
          ),
        ],
      },
      hospital: text('Code of the hospital that decides, where the caller may for several'),
      ...who,
      patientId: text('Of the deciding hospital'),
      issuerOfPatientId: text(),
      orderNumber: text(),
      patientClass,
      decidedAt: { ...instant, description: 'Of machines: when it was decided, not before the reminder' },
    },
    'reasonCode',
    'reasonText',
    'patientInformed',
    'hospital',
    'department',
    'practitioner',
    'patientId',
    'issuerOfPatientId',
    'orderNumber',
    'patientClass',
    'decidedAt',
  ),
  RecognitionCorrection: body(
    { ...said, ...who },
    'reasonCode',
    'reasonText',
    'patientInformed',
    'department',
    'practitioner',
  ),
  RecognitionWithdrawal: body({ reason: text('At most 500 characters') }, 'reason'),
  RecognitionDecision: body({
    id: text(),
    chain: text('Id of the first of its rows'),
    createdAt: instant,
    decidedAt: instant,
    kind: oneOf(...DECISION_KINDS),
    reasonCode: text('RX01 to RX12 or empty'),
    reason: orNull(both),
    reasonText: orNull(text()),
    patientInformed: flag,
    hospital: ref('Hospital'),
    department: text(),
    practitioner: orNull(text('null: not for who looks')),
    author: orNull(text()),
    reminder: orNull(body({ id: text(), position: whole })),
    orderNumber: orNull(text()),
    patientId: orNull(text('Of the deciding hospital, for that alone')),
    issuerOfPatientId: orNull(text()),
    patientClass,
    issuing: ref('Hospital'),
    studyInstanceUid: orNull(text()),
    studyDate: text('YYYY-MM-DD or empty'),
    item,
    labels: list(text()),
    word: text('Of the matrix; empty where it was not asked'),
    citedAt: orNull(instant),
    seenAs: oneOf('deciding', 'issuing', 'region'),
    record: orNull({ ...both, description: 'Text for the medical record' }),
    mayChange: flag,
  }),
  RecognitionDecisionsPage: body({ decisions: list(ref('RecognitionDecision')), next: orNull(text()) }),
  RecognitionFacets: body({
    hospitals: list(ref('Hospital')),
    departments: list(text()),
    items: list(item),
    reasons: list(body({ code: oneOf(...REASON_CODES), text: both })),
  }),
  RecognitionHistory: body({
    decision: ref('RecognitionDecision'),
    history: list(ref('RecognitionDecision')),
  }),
  OfferedReason: body({ code: oneOf(...REASON_CODES), text: both, needsText: flag }),
  OfferedReasons: body({ reasons: list(ref('OfferedReason')) }),
  ReminderPage: body({
    id: text(),
    createdAt: instant,
    hospital: ref('Hospital'),
    department: text(),
    practitioner: text(),
    patient: body({ patientId: text(), name: text(), sex: text(), birthDate: text() }),
    orderNumber: text(),
    patientClass,
    exam: body({ code: text(), name: text(), modality: text(), items: list(item) }),
    matches: list(
      body({
        position: whole,
        hospital: ref('Hospital'),
        studyInstanceUid: text(),
        studyDate: text('YYYY-MM-DD or empty'),
        ageDays: orNull(whole),
        item,
        labels: list(text()),
        word,
        because: both,
        own: { ...flag, description: 'Of the hospital that was reminded: nothing to recognise' },
        inForce: { ...flag, description: 'The study is there with a label of the item in force' },
        opens: oneOf('open', 'grant', 'no'),
        viewed: flag,
        decision: orNull(ref('RecognitionDecision')),
      }),
    ),
    reasons: list(ref('OfferedReason')),
  }),
  OpenedMatch: body({
    studyInstanceUid: text(),
    expiresAt: orNull({ ...instant, description: 'null: it is open anyway' }),
  }),
  StudyRecognition: body({
    issuing: ref('Hospital'),
    hospitals: list(ref('Hospital')),
    items: list(body({ code: text(), name: both, labels: list(text()) })),
    reasons: list(ref('OfferedReason')),
    decisions: list(ref('RecognitionDecision')),
  }),
};
