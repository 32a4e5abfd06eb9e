import { REASON_CODES } from '@hutong/recognition';
import { DECISION_KINDS } from '@hutong/storage-config';
import { ERRORS, inPath, json, jsonBody, many, type Parameter, problem, query } from './pathWords.ts';
import { text } from './schemaWords.ts';

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
