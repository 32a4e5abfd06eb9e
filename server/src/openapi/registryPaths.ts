import { ERRORS, inPath, json, jsonBody, problem, query } from './pathWords.ts';
import type { Schema } from './schemaWords.ts';

const day: Schema = { type: 'string', format: 'date' };
const BAD = { 400: problem('It does not fit; the detail says why') };
const GONE = { 404: problem('There is none in view') };
const CLASH = { 409: problem('It is so already, or has ended') };
const DONE = { 204: { description: 'Done' } };

/** A change by who holds `registry` for the whole region. */
const regional = (operationId: string, summary: string, schema: string) => ({
  operationId,
  summary: `${summary}; scope registry of the region`,
  requestBody: jsonBody(schema),
  responses: { ...DONE, ...BAD, ...CLASH, ...ERRORS },
});

const table = inPath('table', 'hospitals, evaluations or deviceTests');
const formats = [
  query('format', 'xlsx when absent', { type: 'string', enum: ['csv', 'xlsx'] }),
  query('language', 'Of the heads; zh when absent', { type: 'string', enum: ['zh', 'en'] }),
];
const tableFile = {
  description: 'The table',
  content: {
    'text/csv': {},
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': {},
  },
};
const paging = [
  query('limit', 'Entries a page', { type: 'integer' }),
  query('cursor', 'next of the page before'),
];

/** Addresses of the registry of mutual recognition. */
export const REGISTRY_PATHS = {
  '/registry': {
    get: {
      operationId: 'getRegistry',
      summary:
        'Hospitals, scopes, alliances and quality centres, and what the caller may enter; scope registry',
      responses: { 200: json('Registry'), ...ERRORS },
    },
  },
  '/registry/hospitals': {
    post: {
      operationId: 'addHospital',
      summary: 'Makes a hospital known; administrators of the region',
      requestBody: jsonBody('NewHospital'),
      responses: { 201: json('RegistryHospital', 'Added'), ...BAD, ...CLASH, ...ERRORS },
    },
  },
  '/registry/hospitals/{hospital}': {
    patch: {
      operationId: 'changeHospital',
      summary:
        'Changes a hospital: names by administrators of the region, level and region by who holds registry for it',
      parameters: [inPath('hospital', 'Hospital code')],
      requestBody: jsonBody('HospitalChange'),
      responses: { ...DONE, ...BAD, ...GONE, ...ERRORS },
    },
  },
  '/registry/hospitals/{hospital}/history': {
    get: {
      operationId: 'hospitalHistory',
      summary: 'What was changed about a hospital, the newest first; scope registry',
      parameters: [inPath('hospital', 'Hospital code')],
      responses: { 200: json('RegistryEvents'), ...GONE, ...ERRORS },
    },
  },
  '/registry/scopes': {
    put: regional(
      'saveScope',
      'Adds a recognition scope, or changes what it lies within',
      'RecognitionScope',
    ),
  },
  '/registry/scopes/end': {
    post: regional(
      'endScope',
      'Ends a recognition scope: no study of later days gets its label',
      'ScopeName',
    ),
  },
  '/registry/members': {
    post: regional('joinScope', 'A hospital takes part in a scope from a day on', 'ScopeMembership'),
  },
  '/registry/members/end': {
    post: regional('leaveScope', 'A hospital takes part in a scope no more from a day on', 'ScopeMembership'),
  },
  '/registry/alliances': { put: regional('saveAlliance', 'Adds or renames an alliance', 'NewAlliance') },
  '/registry/alliance-members': {
    post: regional('joinAlliance', 'A hospital becomes a member of an alliance', 'AllianceMembership'),
  },
  '/registry/alliance-members/end': {
    post: regional('leaveAlliance', 'A hospital is a member of an alliance no more', 'AllianceMembership'),
  },
  '/registry/centres': { put: regional('saveCentre', 'Adds or changes a quality centre', 'NewCentre') },
  '/registry/centres/end': {
    post: regional('endCentre', 'Ends a quality centre; what it found stays', 'CentreCode'),
  },
  '/registry/centres/people': {
    put: regional('setCentrePeople', 'Says whose accounts act for a quality centre', 'CentrePeople'),
  },
  '/registry/evaluations': {
    get: {
      operationId: 'listEvaluations',
      summary: 'Quality evaluations in view, the newest entry first; scope registry',
      parameters: [
        query('hospital', 'Hospital code'),
        query('item', 'Catalogue item code'),
        query('scope', 'Recognition scope'),
        query('revoked', 'true: those that were taken back too', { type: 'boolean' }),
        ...paging,
      ],
      responses: { 200: json('EvaluationsPage'), ...BAD, ...ERRORS },
    },
    post: {
      operationId: 'enterEvaluations',
      summary:
        'Enters evaluations of a hospital: for the region, or by people of the quality centre of the scope; a hospital does not qualify itself',
      requestBody: jsonBody('NewEvaluation'),
      responses: { 201: json('Evaluations', 'Recorded'), ...BAD, ...ERRORS },
    },
  },
  '/registry/evaluations/matrix': {
    get: {
      operationId: 'evaluationMatrix',
      summary: 'Where hospitals stand with each item at a scope on a day; scope registry',
      parameters: [query('scope', 'The default scope when absent'), query('day', 'Today when absent', day)],
      responses: { 200: json('EvaluationMatrix'), ...BAD, ...ERRORS },
    },
  },
  '/registry/expiring': {
    get: {
      operationId: 'listExpiring',
      summary: 'Qualifications and device tests in view that end soon; scope registry',
      parameters: [query('days', 'Within so many days; as configured when absent', { type: 'integer' })],
      responses: { 200: json('Expiring'), ...BAD, ...ERRORS },
    },
  },
  '/registry/evaluations/{evaluation}/revoke': {
    post: {
      operationId: 'revokeEvaluation',
      summary: 'Takes back an evaluation that was entered by mistake; it stays readable',
      parameters: [inPath('evaluation', 'Its id')],
      requestBody: jsonBody('RegistryReason'),
      responses: { 200: json('Evaluation'), ...BAD, ...GONE, ...CLASH, ...ERRORS },
    },
  },
  '/registry/evaluations/{evaluation}/document': {
    get: {
      operationId: 'getEvaluationDocument',
      summary: 'The document of an evaluation; scope registry',
      parameters: [inPath('evaluation', 'Its id')],
      responses: {
        200: {
          description: 'The document',
          content: { 'application/pdf': {}, 'image/jpeg': {}, 'image/png': {} },
        },
        ...GONE,
        ...ERRORS,
      },
    },
    put: {
      operationId: 'putEvaluationDocument',
      summary: 'Keeps the document of an evaluation, once; 20 MB at most',
      parameters: [inPath('evaluation', 'Its id')],
      requestBody: {
        required: true,
        content: { 'application/pdf': {}, 'image/jpeg': {}, 'image/png': {} },
      },
      responses: { ...DONE, ...BAD, ...GONE, ...CLASH, ...ERRORS },
    },
  },
  '/registry/devices': {
    get: {
      operationId: 'listDevices',
      summary: 'Devices with their state tests, and those that new images name without one; scope registry',
      responses: { 200: json('Devices'), ...ERRORS },
    },
  },
  '/registry/device-tests': {
    get: {
      operationId: 'listDeviceTests',
      summary: 'Yearly state tests of devices, the newest entry first; scope registry',
      parameters: [query('hospital', 'Hospital code'), ...paging],
      responses: { 200: json('DeviceTestsPage'), ...BAD, ...ERRORS },
    },
    post: {
      operationId: 'enterDeviceTest',
      summary: 'Enters a state test of a device; scope registry of its hospital',
      requestBody: jsonBody('NewDeviceTest'),
      responses: { 201: json('DeviceTestId', 'Recorded'), ...BAD, ...GONE, ...ERRORS },
    },
  },
  '/registry/device-tests/{test}/revoke': {
    post: {
      operationId: 'revokeDeviceTest',
      summary: 'Takes back a test that was entered by mistake',
      parameters: [inPath('test', 'Its id')],
      requestBody: jsonBody('RegistryReason'),
      responses: { ...DONE, ...BAD, ...GONE, ...ERRORS },
    },
  },
  '/registry/suspensions': {
    get: {
      operationId: 'listSuspensions',
      summary: 'Suspensions of issuing in view; scope registry',
      parameters: [query('lifted', 'true: those that were lifted too', { type: 'boolean' })],
      responses: { 200: json('Suspensions'), ...BAD, ...ERRORS },
    },
    post: {
      operationId: 'suspendIssuing',
      summary: 'Suspends issuing of labels: for the region, or by people of the quality centre of the scope',
      requestBody: jsonBody('NewSuspension'),
      responses: { 201: json('Suspension', 'Suspended'), ...BAD, ...ERRORS },
    },
  },
  '/registry/suspensions/{suspension}/lift': {
    post: {
      operationId: 'liftSuspension',
      summary: 'Lifts a suspension of issuing',
      parameters: [inPath('suspension', 'Its id')],
      requestBody: jsonBody('RegistryReason'),
      responses: { 200: json('Suspension'), ...BAD, ...GONE, ...CLASH, ...ERRORS },
    },
  },
  '/registry/templates/{table}': {
    get: {
      operationId: 'getRegistryTemplate',
      summary: 'A table to be filled in; scope registry',
      parameters: [table, ...formats],
      responses: { 200: tableFile, ...GONE, ...ERRORS },
    },
  },
  '/registry/export/{table}': {
    get: {
      operationId: 'exportRegistryTable',
      summary: 'A table as it stands, in the form in which it comes in again; scope registry',
      parameters: [table, ...formats],
      responses: { 200: tableFile, ...GONE, ...ERRORS },
    },
  },
  '/registry/import/{table}': {
    post: {
      operationId: 'importRegistryTable',
      summary: 'Takes a table in: CSV or a workbook, all of it or nothing; what stands there changes nothing',
      parameters: [table, query('dryRun', 'true: says what would come of it', { type: 'boolean' })],
      requestBody: {
        required: true,
        content: {
          'text/csv': {},
          'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': {},
        },
      },
      responses: {
        200: json('RegistryImport'),
        400: json('RegistryImport', 'Lines do not fit; nothing was taken'),
        ...GONE,
        ...ERRORS,
      },
    },
  },
};
