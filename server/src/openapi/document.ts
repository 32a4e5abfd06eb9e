import { ACCESS_PATHS } from './accessPaths.ts';
import { ACCOUNT_PATHS } from './accountPaths.ts';
import { AUDIT_PATHS } from './auditPaths.ts';
import { CLIENT_PATHS } from './clientPaths.ts';
import { CATALOGUE_PATHS } from './cataloguePaths.ts';
import { CORRECTION_PATHS } from './correctionPaths.ts';
import { DECISION_PATHS } from './decisionPaths.ts';
import { EXAM_MAPPING_PATHS } from './examMappingPaths.ts';
import { FEED_PATHS } from './feedPaths.ts';
import { ERRORS, json, jsonBody, many, type Parameter, problem, query } from './pathWords.ts';
import { FIGURE_PATHS } from './figurePaths.ts';
import { LABEL_PATHS } from './labelPaths.ts';
import { LIMIT_PATHS } from './limitPaths.ts';
import { ORDER_PATHS } from './orderPaths.ts';
import { PERSON_PATHS } from './personPaths.ts';
import { PEOPLE_PATHS } from './peoplePaths.ts';
import { PRIVACY_PATHS } from './privacyPaths.ts';
import { RECOGNITION_PATHS } from './recognitionPaths.ts';
import { REGISTRY_PATHS } from './registryPaths.ts';
import { REMINDER_PATHS } from './reminderPaths.ts';
import { PUBLICATION_PATHS } from './publicationPaths.ts';
import { SHARE_PATHS } from './sharePaths.ts';
import { SIGN_IN_PATHS } from './signInPaths.ts';
import { SCHEMAS } from './schemas.ts';

const WORKLIST_PARAMETERS: Parameter[] = [
  query('q', 'Beginning of a word of the patient name, of the PatientID or of the accession number'),
  query('hospital', 'Hospital code; may be repeated', many({ type: 'string' })),
  query('item', 'Catalogue item code; may be repeated', many({ type: 'string' })),
  query('modality', 'Modality of any series; may be repeated', many({ type: 'string' })),
  query(
    'verdict',
    'May be repeated; with item it is the verdict on that item',
    many({ type: 'string', enum: ['PASS', 'FAIL', 'REVIEW', 'PENDING', 'NOT_LISTED'] }),
  ),
  query('label', 'any, none, or the text of an HR label in force'),
  query('from', 'Earliest study date', { type: 'string', format: 'date' }),
  query('to', 'Latest study date', { type: 'string', format: 'date' }),
  query('sort', 'Newest first by', { type: 'string', enum: ['studyDate', 'receivedAt'] }),
  query('limit', 'Studies a page, 1 to 200, 50 when absent', { type: 'integer' }),
  query('cursor', 'next of the page before'),
];

/** Description of the API below `/api` (OpenAPI 3.1). DICOMweb is described by its own standard, PS3.18. */
export const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'Hutong',
    version: '1',
    description:
      'API of the regional imaging cloud beside DICOMweb (PS3.18, under /dicomweb and /hospitals/{code}/dicomweb): the cross-hospital study list, conformance with the mutual-recognition list, HR labels, the change feed with its webhooks, and corrections. FHIR R4 resources are under /fhir and described by /fhir/metadata. What a caller may not read is answered as if it did not exist.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/api' }],
  security: [{ key: [] }, { session: [] }],
  paths: {
    '/session': {
      get: {
        operationId: 'getSession',
        summary: 'Who is signed in',
        responses: { 200: json('Session'), 401: ERRORS[401] },
      },
      post: {
        operationId: 'signIn',
        summary: 'Signs in by a one-time link, or by name and password, for a session cookie',
        security: [],
        requestBody: jsonBody('SignIn'),
        responses: {
          201: json('Session'),
          401: problem('Refused; with the code one-time-password-needed one is to be sent with the password'),
          429: problem('Too many attempts; Retry-After says how long to wait'),
        },
      },
      delete: {
        operationId: 'signOut',
        summary: 'Ends the session',
        responses: { 200: json('SignedOut'), 204: { description: 'Ended' } },
      },
    },
    '/worklist': {
      get: {
        operationId: 'listStudies',
        summary: 'Studies of all hospitals in view, one row for each copy of a hospital',
        parameters: WORKLIST_PARAMETERS,
        responses: {
          200: json('WorklistPage'),
          400: problem('A parameter does not fit; the detail names it'),
          ...ERRORS,
        },
      },
    },
    '/worklist/facets': {
      get: {
        operationId: 'listFacets',
        summary: 'What the filters of the worklist offer',
        responses: { 200: json('WorklistFacets'), ...ERRORS },
      },
    },
    '/studies/{studyInstanceUid}/conformance': {
      get: {
        operationId: 'getConformance',
        summary: 'Conformance of a study with the mutual-recognition list, and its HR labels',
        description:
          'pending until the present revision of the study has been judged; results of an older revision are left out.',
        parameters: [
          {
            name: 'studyInstanceUid',
            in: 'path',
            required: true,
            description: 'StudyInstanceUID',
            schema: { type: 'string' },
          },
          query('hospital', 'Whose copy; when absent that of the hospital that stored the study first'),
        ],
        responses: {
          200: json('Conformance'),
          400: problem('Not a UID'),
          404: problem('There is no such study in view'),
          ...ERRORS,
        },
      },
    },
    ...CATALOGUE_PATHS,
    ...CORRECTION_PATHS,
    ...DECISION_PATHS,
    ...EXAM_MAPPING_PATHS,
    ...LABEL_PATHS,
    ...ORDER_PATHS,
    ...PERSON_PATHS,
    ...FEED_PATHS,
    ...AUDIT_PATHS,
    ...ACCESS_PATHS,
    ...FIGURE_PATHS,
    ...LIMIT_PATHS,
    ...SIGN_IN_PATHS,
    ...ACCOUNT_PATHS,
    ...PEOPLE_PATHS,
    ...CLIENT_PATHS,
    ...PRIVACY_PATHS,
    ...PUBLICATION_PATHS,
    ...RECOGNITION_PATHS,
    ...REGISTRY_PATHS,
    ...REMINDER_PATHS,
    ...SHARE_PATHS,
    '/openapi.json': {
      get: {
        operationId: 'getOpenApi',
        summary: 'This document',
        security: [],
        responses: {
          200: { description: 'OK', content: { 'application/json': { schema: { type: 'object' } } } },
        },
      },
    },
  },
  components: {
    schemas: SCHEMAS,
    securitySchemes: {
      key: { type: 'http', scheme: 'bearer', description: 'API key of a hospital or of the region' },
      session: {
        type: 'apiKey',
        in: 'cookie',
        name: 'hutong_session',
        description: 'By https: `__Host-hutong_session`.',
      },
    },
  },
};
