import { ACCESS_PURPOSES, DISCOVERABLE, GROUNDS, NOTICE_STATES, PURPOSES } from '@hutong/storage-config';
import { ERRORS, inPath, json, jsonBody, problem, query } from './pathWords.ts';
import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

const GRANT_GROUNDS = GROUNDS.filter((ground) => ground !== 'open');
const DONE = { description: 'Done' };

/** Addresses of access across hospitals. */
export const ACCESS_PATHS = {
  '/access/search': {
    post: {
      operationId: 'searchElsewhere',
      summary:
        'Studies of one patient at other hospitals that the policy of the region lets be found; scope read',
      requestBody: jsonBody('AccessSearch'),
      responses: {
        200: json('AccessFound', 'What may be found; nothing else is counted or told of'),
        400: problem('Too few keys, or one does not fit'),
        429: problem('Too many searches; Retry-After says how long to wait'),
        ...ERRORS,
      },
    },
  },
  '/access/grants': {
    get: {
      operationId: 'listAccessGrants',
      summary: 'What was opened: by the caller, and of hospitals whose audit trail it may read',
      parameters: [
        query('holding', 'true: only what opens something now'),
        query('limit', 'Grants, 1 to 200, 50 when absent', { type: 'integer' }),
        query('before', 'createdAt of the last one of the page before', {
          type: 'string',
          format: 'date-time',
        }),
      ],
      responses: { 200: json('AccessGrants'), 400: problem('A parameter does not fit'), ...ERRORS },
    },
    post: {
      operationId: 'openElsewhere',
      summary: 'Opens what a search found, on a ground that the policy knows; scope read',
      requestBody: jsonBody('NewAccessGrant'),
      responses: {
        201: json('AccessGrant', 'Opened'),
        400: problem('The body does not fit'),
        404: problem('The reference leads to nothing any more'),
        ...ERRORS,
      },
    },
  },
  '/access/grants/{grant}': {
    delete: {
      operationId: 'endAccessGrant',
      summary:
        'Ends a grant at once, also answers under way: an own one, or one of a hospital that is administered',
      parameters: [inPath('grant', 'Id of the grant')],
      responses: { 204: DONE, 404: problem('There is no such open grant'), ...ERRORS },
    },
  },
  '/access/notices': {
    get: {
      operationId: 'listAccessNotices',
      summary: 'What of the own hospitals was opened in an emergency; scope audit',
      parameters: [
        query('limit', 'Notices a page, 1 to 200, 50 when absent', { type: 'integer' }),
        query('before', 'next of the page before', { type: 'integer' }),
      ],
      responses: { 200: json('AccessNotices'), 400: problem('A parameter does not fit'), ...ERRORS },
    },
  },
  '/access/notices/{notice}': {
    patch: {
      operationId: 'answerAccessNotice',
      summary: 'Acknowledges or contests an opening; scope audit',
      parameters: [inPath('notice', 'Id of the notice')],
      requestBody: jsonBody('AccessNoticeAnswer'),
      responses: {
        200: json('AccessNotice'),
        400: problem('The body does not fit'),
        404: problem('There is no such notice'),
        ...ERRORS,
      },
    },
  },
  '/access/purpose': {
    put: {
      operationId: 'choosePurpose',
      summary:
        'What patients are read for in this session from now on; a single request says so by Purpose-Of-Use',
      requestBody: jsonBody('PurposeChoice'),
      responses: { 204: DONE, 400: problem('Not a purpose'), ...ERRORS },
    },
  },
  '/access-policies': {
    get: {
      operationId: 'readAccessPolicies',
      summary: 'Which grounds open whose studies to whom; scope admin',
      responses: { 200: json('AccessPolicies'), ...ERRORS },
    },
    put: {
      operationId: 'saveAccessPolicy',
      summary: 'Puts an entry in force in place of the one for the same hospitals; scope admin of the region',
      requestBody: jsonBody('NewAccessPolicy'),
      responses: {
        200: json('AccessPolicy'),
        400: problem('The body does not fit'),
        404: problem('There is no such hospital'),
        ...ERRORS,
      },
    },
  },
  '/access-policies/{policy}': {
    delete: {
      operationId: 'endAccessPolicy',
      summary: 'Takes an entry back, so that a more general one holds; scope admin of the region',
      parameters: [inPath('policy', 'Id of the entry')],
      responses: { 204: DONE, 404: problem('There is no such entry, or it is the one for all'), ...ERRORS },
    },
  },
};

const rules = {
  issuing: orNull(text('Whose studies; null: any hospital')),
  viewing: orNull(text('Whose people; null: any hospital')),
  discoverable: oneOf(...DISCOVERABLE),
  grounds: list(oneOf(...GROUNDS)),
  hours: whole,
  purposes: list(oneOf(...ACCESS_PURPOSES)),
};

/** Bodies of access across hospitals. */
export const ACCESS_SCHEMAS: Record<string, Schema> = {
  AccessSearch: body(
    {
      viewing: text('Hospital that is acted for, where there are several'),
      name: text('As the study has it'),
      birthDate: { type: 'string', format: 'date' },
      sex: oneOf('M', 'F', 'O'),
      patientId: text(),
      accessionNumber: text(),
    },
    'viewing',
    'birthDate',
    'sex',
    'patientId',
    'accessionNumber',
  ),
  AccessFound: body({ viewing: ref('Hospital'), studies: list(ref('StudyElsewhere')) }),
  StudyElsewhere: body({
    reference: text('Good for some minutes, for this person alone'),
    hospital: ref('Hospital'),
    modalities: list(text()),
    studyDate: text('YYYY-MM-DD or empty'),
    ageDays: orNull(whole),
    items: list(body({ code: text(), name: ref('Bilingual') })),
    labels: list(text()),
    grounds: list(oneOf(...GRANT_GROUNDS)),
    hours: whole,
    asksBirthDate: flag,
  }),
  NewAccessGrant: body(
    {
      reference: text('Of a search'),
      ground: oneOf(...GRANT_GROUNDS),
      birthDate: text('patientPresent: YYYY-MM-DD'),
      identityDigits: text('patientPresent: the last 4 to 6 digits of the identity document'),
      document: text('consent: where the document is kept'),
      reasonCode: oneOf('LIFE_THREATENING', 'UNCONSCIOUS', 'EMERGENCY_SURGERY', 'OTHER'),
      reason: text('breakGlass: 4 to 500 characters'),
      confirmed: flag,
    },
    'birthDate',
    'identityDigits',
    'document',
    'reasonCode',
    'reason',
    'confirmed',
  ),
  AccessGrant: body({
    id: text(),
    person: body({ id: text(), name: text() }),
    viewing: ref('Hospital'),
    hospital: ref('Hospital'),
    ground: oneOf(...GRANT_GROUNDS),
    purpose: oneOf(...PURPOSES),
    wholePatient: flag,
    studyInstanceUid: text(),
    reasonCode: text(),
    reason: text(),
    document: text(),
    createdAt: instant,
    expiresAt: instant,
    endedAt: orNull(instant),
    endedBy: text(),
    holds: flag,
  }),
  AccessGrants: body({ own: list(ref('AccessGrant')), concerning: list(ref('AccessGrant')) }),
  AccessNotice: body({
    id: whole,
    hospital: ref('Hospital'),
    createdAt: instant,
    state: oneOf(...NOTICE_STATES),
    answer: text(),
    answeredBy: text(),
    answeredAt: orNull(instant),
    grant: body({
      id: text(),
      person: text(),
      viewing: ref('Hospital'),
      studyInstanceUid: text(),
      patientId: text(),
      reasonCode: text(),
      reason: text(),
      expiresAt: instant,
      endedAt: orNull(instant),
    }),
  }),
  AccessNotices: body({ unread: whole, notices: list(ref('AccessNotice')), next: orNull(whole) }),
  AccessNoticeAnswer: body({ state: oneOf('acknowledged', 'contested'), answer: text() }, 'answer'),
  PurposeChoice: body({ purpose: oneOf(...PURPOSES) }),
  NewAccessPolicy: body(rules),
  AccessPolicy: body({
    id: whole,
    ...rules,
    author: text(),
    createdAt: instant,
    endedAt: orNull(instant),
    endedBy: text(),
  }),
  AccessPolicies: body({
    hospitals: list(ref('Hospital')),
    policies: list(ref('AccessPolicy')),
    former: list(ref('AccessPolicy')),
    mayChange: flag,
  }),
};
