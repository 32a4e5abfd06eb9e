import { ERRORS, inPath, json, jsonBody, many, problem, query } from './pathWords.ts';

const PAGE = [
  query('limit', 'Entries a page, 1 to 200, 50 when absent', { type: 'integer' }),
  query('before', 'next of the page before', { type: 'integer' }),
];
const HOSPITALS = query('hospital', 'Hospital code; may be repeated', many({ type: 'string' }));
const KINDS = query('kind', 'May be repeated', many({ type: 'string' }));
const STUDY = inPath('study', 'StudyInstanceUID');
const BAD_QUERY = problem('A parameter does not fit; the detail names it');
const BAD_BODY = problem('The body does not fit, or the reason is missing');
const EVENTS = { 200: json('CorrectionsPage'), 400: BAD_QUERY, ...ERRORS };

/** Deletions, corrections, their history, and what was kept aside. Deleting itself is DELETE below a DICOMweb root. */
export const CORRECTION_PATHS = {
  '/correction-reasons': {
    get: {
      operationId: 'listCorrectionReasons',
      summary: 'The codes of reasons, as DELETE and the requests below take them',
      responses: { 200: json('CorrectionReasons'), ...ERRORS },
    },
  },
  '/corrections': {
    get: {
      operationId: 'listCorrections',
      summary: 'What was deleted, corrected, rejected and recovered in all studies in view, newest first',
      parameters: [HOSPITALS, KINDS, ...PAGE],
      responses: EVENTS,
    },
  },
  '/studies/{study}/history': {
    get: {
      operationId: 'getStudyHistory',
      summary: 'What was done to a study, with the former versions of its instances',
      description: 'Also of studies that are deleted; empty for those that never were in view.',
      parameters: [STUDY, HOSPITALS, KINDS, ...PAGE],
      responses: EVENTS,
    },
  },
  '/studies/{study}/recover': {
    post: {
      operationId: 'recoverStudy',
      summary: 'Makes current again what one event ended, or all that was deleted or rejected of a study',
      parameters: [STUDY, query('hospital', 'Whose copy; all that the caller may correct when absent')],
      requestBody: jsonBody('RecoveryRequest'),
      responses: {
        200: json('Recovery', 'The events made; none when nothing of the study was left to recover'),
        400: BAD_BODY,
        404: problem('There is no such study or event, or it is not for the caller to correct'),
        409: problem(
          'Nothing of the event that was named can come back (nothing-to-recover), or a correction of patient data would replace it at once (conflict); the detail names those to undo',
        ),
        ...ERRORS,
      },
    },
  },
  '/studies/{study}/versions/{version}': {
    get: {
      operationId: 'getVersion',
      summary: 'A former version of an instance, as it was stored; for callers who may correct',
      parameters: [STUDY, inPath('version', 'id of the version')],
      responses: {
        200: { description: 'OK', content: { 'application/dicom': { schema: { type: 'string' } } } },
        404: problem('There is no such version, or it was removed for good'),
        ...ERRORS,
      },
    },
  },
  '/kept-aside': {
    get: {
      operationId: 'listKeptAside',
      summary: 'What waits for a decision, newest first, with what differs from the current version',
      parameters: [HOSPITALS, KINDS, query('study', 'StudyInstanceUID'), ...PAGE],
      responses: { 200: json('KeptAsidePage'), 400: BAD_QUERY, ...ERRORS },
    },
  },
  '/kept-aside/facets': {
    get: {
      operationId: 'countKeptAside',
      summary: 'How much waits for a decision, by hospital and by kind',
      responses: { 200: json('KeptAsideFacets'), ...ERRORS },
    },
  },
  '/kept-aside/{id}': {
    get: {
      operationId: 'getKeptAside',
      summary: 'One thing that waits for a decision',
      parameters: [inPath('id', 'id of the entry')],
      responses: { 200: json('KeptAside'), 404: problem('There is none, or it was decided'), ...ERRORS },
    },
    post: {
      operationId: 'decideKeptAside',
      summary: 'Accepts it as the current version (or has the rejection note take effect), or discards it',
      parameters: [inPath('id', 'id of the entry')],
      requestBody: jsonBody('KeptAsideRequest'),
      responses: {
        200: json('KeptAsideDecision'),
        400: BAD_BODY,
        404: problem('There is none, or it was decided'),
        ...ERRORS,
      },
    },
  },
};
