import { ERRORS, inPath, json, jsonBody, problem, query } from './pathWords.ts';
import { ref } from './schemaWords.ts';

const STUDY = inPath('study', 'Study Instance UID');
const REPORT = inPath('report', 'Id of the report');
const HOSPITAL = query('hospital', 'Whose copy of the study; the one stored first when absent');
const NO_STUDY = problem('There is no such study, or none that may be read');
const INTAKE = {
  200: json('IntakeAnswer'),
  400: problem('The body does not fit; the detail names the members. Nothing of it was taken'),
  404: problem('There is no such hospital for this credential'),
  413: problem('Larger than is taken'),
  ...ERRORS,
};

/** Orders and reports of hospital systems. */
export const ORDER_PATHS = {
  '/patients': {
    put: {
      operationId: 'putPatients',
      summary:
        'Makes patients of a hospital known, with identifiers by which they are the same person elsewhere',
      description:
        'Scope orders. At most 500. Identifiers are kept as keyed digests alone. A patient who is refused does not keep the others from being taken; the answer says why.',
      requestBody: jsonBody('NewPatients'),
      responses: INTAKE,
    },
  },
  '/orders': {
    put: {
      operationId: 'putOrders',
      summary: 'Gives orders of a hospital, by their numbers; the same message again changes nothing',
      description:
        'Scope orders. At most 500, taken whole or not at all. A message whose statedAt is older than what is known goes into the history alone. The exam code is the most trusted word on the item of the study with the accession number, which is judged again.',
      requestBody: jsonBody('NewOrders'),
      responses: INTAKE,
    },
  },
  '/reports': {
    put: {
      operationId: 'putReports',
      summary: 'Gives reports of a hospital, by their numbers; each new version is kept',
      description:
        'Scope orders. At most 100, taken whole or not at all. PDFs as base64, or as parts of multipart/form-data whose part "reports" holds the JSON and names them by document.part; at most 32 MB each.',
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: ref('NewReports') },
          'multipart/form-data': { schema: { type: 'object' } },
        },
      },
      responses: { ...INTAKE, 503: problem('Too many large messages at once; again after Retry-After') },
    },
  },
  '/orders/search': {
    post: {
      operationId: 'searchOrders',
      summary: 'Orders of the hospitals that may be read, the newest first',
      requestBody: jsonBody('OrderQuery'),
      responses: { 200: json('OrdersPage'), 400: problem('The body does not fit'), ...ERRORS },
    },
  },
  '/orders/inbox': {
    post: {
      operationId: 'searchInbox',
      summary: 'Files that were taken from the folders of hospitals, with what was wrong in them',
      requestBody: jsonBody('InboxQuery'),
      responses: { 200: json('InboxPage'), 400: problem('The body does not fit'), ...ERRORS },
    },
  },
  '/orders/inbox/{file}/seen': {
    post: {
      operationId: 'seeInboxFile',
      summary: 'Says that a failure was seen',
      parameters: [inPath('file', 'id of the file')],
      responses: { 204: { description: 'Noted' }, 404: problem('There is no such file'), ...ERRORS },
    },
  },
  '/reports/turnaround': {
    post: {
      operationId: 'getReportTurnaround',
      summary: 'Minutes from exams to their first final reports, by hospital and kind, and the slowest ones',
      description:
        'From the time the exam was performed, as the report says, else from the time of the study. Targets: HUTONG_REPORT_MINUTES_*.',
      requestBody: jsonBody('TurnaroundQuery'),
      responses: { 200: json('Turnaround'), 400: problem('The body does not fit'), ...ERRORS },
    },
  },
  '/studies/{study}/reports': {
    get: {
      operationId: 'listStudyReports',
      summary: 'Reports of a study, given by the hospital or stored as SR or PDF; the newest final one first',
      parameters: [STUDY, HOSPITAL],
      responses: { 200: json('StudyReports'), 404: NO_STUDY, ...ERRORS },
    },
  },
  '/studies/{study}/reports/{report}/versions': {
    get: {
      operationId: 'listReportVersions',
      summary: 'Every version of a report, the one that holds first',
      parameters: [STUDY, REPORT, HOSPITAL],
      responses: { 200: json('ReportVersions'), 404: NO_STUDY, ...ERRORS },
    },
  },
  '/studies/{study}/reports/{report}/document': {
    get: {
      operationId: 'getReportDocument',
      summary: 'The PDF of a report',
      parameters: [
        STUDY,
        REPORT,
        HOSPITAL,
        query('version', 'Of that version; the one that holds when absent'),
      ],
      responses: {
        200: {
          description: 'OK',
          content: { 'application/pdf': { schema: { type: 'string', format: 'binary' } } },
        },
        404: NO_STUDY,
        ...ERRORS,
      },
    },
  },
};
