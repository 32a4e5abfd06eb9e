import { CATEGORIES, REASON_CODES, RECOGNITION_WORDS, TIER_RELATIONS } from '@hutong/recognition';
import { NO_MATCH_REASONS } from '@hutong/storage-config';
import { ERRORS, inPath, json, jsonBody, many, problem, query } from './pathWords.ts';
import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

const DONE = { description: 'Done' };
const CARD_OVER = problem('The link is over or not complete, or the label is not in force any more');

/** Addresses of the reminder before an exam is ordered, and of the matrix of recognition. */
export const REMINDER_PATHS = {
  '/reminders': {
    get: {
      operationId: 'listReminders',
      summary: 'Reminders that the own hospitals were given, the newest first; scope recognise',
      parameters: [
        query('hospital', 'Hospital code; may be repeated', many({ type: 'string' })),
        query('state', 'matched: those that named a study; empty: those that did not', {
          type: 'string',
          enum: ['matched', 'empty'],
        }),
        query('limit', 'Reminders a page, 1 to 200, 50 when absent', { type: 'integer' }),
        query('cursor', 'next of the page before'),
      ],
      responses: { 200: json('RemindersPage'), 400: problem('A parameter does not fit'), ...ERRORS },
    },
    post: {
      operationId: 'askReminders',
      summary:
        'Which recognised studies of a person, of any hospital, answer the exams that are about to be ordered; scope recognise',
      requestBody: jsonBody('ReminderAsk'),
      responses: {
        200: json('Reminders', 'One reminder for each exam, in their order'),
        400: problem('The body does not fit; the detail names the members'),
        429: problem('A person asked by identifiers too often; Retry-After says how long to wait'),
        ...ERRORS,
      },
    },
  },
  '/recognition/policy': {
    get: {
      operationId: 'readRecognitionPolicy',
      summary: 'Who recognises whom, with former versions and the hospitals it is asked for; scope registry',
      responses: { 200: json('RecognitionPolicyVersion'), ...ERRORS },
    },
    put: {
      operationId: 'saveRecognitionPolicy',
      summary: 'Sets who recognises whom from now on; scope registry of the region',
      requestBody: jsonBody('NewRecognitionPolicy'),
      responses: {
        200: json('RecognitionPolicyVersion'),
        400: problem('The policy does not fit; the detail names the members'),
        409: problem('Another one was set meanwhile'),
        ...ERRORS,
      },
    },
  },
  '/cds-clients': {
    get: {
      operationId: 'listCdsClients',
      summary: 'Systems that ask by CDS Hooks; scope keys',
      responses: { 200: json('CdsClients'), ...ERRORS },
    },
    post: {
      operationId: 'createCdsClient',
      summary:
        'Registers a system by the issuer of its JWTs and its public keys, or their address; scope keys',
      requestBody: jsonBody('NewCdsClient'),
      responses: {
        201: json('CdsClient', 'Registered'),
        400: problem('The body does not fit; private keys are refused'),
        404: problem('There is no such hospital'),
        409: problem('The issuer is registered already'),
        ...ERRORS,
      },
    },
  },
  '/cds-clients/{client}': {
    delete: {
      operationId: 'endCdsClient',
      summary: 'Ends a system at once; scope keys',
      parameters: [inPath('client', 'Id of the system')],
      responses: { 204: DONE, 404: problem('There is no such system'), ...ERRORS },
    },
  },
  '/reminder-cards': {
    post: {
      operationId: 'openReminderCard',
      summary: 'What the token of a card opens: the reminders of one call, as they hold now',
      security: [],
      requestBody: jsonBody('ReminderCardToken'),
      responses: { 200: json('ReminderCard'), 400: problem('The body does not fit'), 404: CARD_OVER },
    },
  },
  '/reminder-cards/pictures': {
    post: {
      operationId: 'openReminderPictures',
      summary:
        'Address of the pictures of a match: a short share where the region lets names of hospital systems count, else the page that asks to sign in',
      security: [],
      requestBody: jsonBody('ReminderCardMatch'),
      responses: { 200: json('ReminderPictures'), 400: problem('The body does not fit'), 404: CARD_OVER },
    },
  },
  '/reminder-cards/decisions': {
    post: {
      operationId: 'decideOnReminderCard',
      summary:
        'Recognises a match, or says why it is examined again, for the doctor whom the hospital system named',
      security: [],
      requestBody: jsonBody('ReminderCardDecision'),
      responses: {
        201: json('ReminderCardDecided', 'Recorded, or was so already'),
        400: problem('The body does not fit'),
        403: problem('The hospital system did not say who decides'),
        404: CARD_OVER,
        409: problem('Something else was decided already, or it cannot be decided any more'),
      },
    },
  },
};

const word = oneOf(...RECOGNITION_WORDS);
const item = body({ code: text(), name: ref('Bilingual') });
const reason = body({ code: oneOf(...REASON_CODES), text: ref('Bilingual'), needsText: flag });
const decisionKind = oneOf('recognised', 'examinedAgain');
const exam = body({ code: text(), scheme: text(), name: text(), modality: text() });

const match = body({
  position: whole,
  hospital: ref('Hospital'),
  own: flag,
  studyInstanceUid: text(),
  item,
  studyDate: text('YYYY-MM-DD'),
  ageDays: whole,
  modalities: list(text()),
  labels: list(text()),
  verdict: oneOf('PASS'),
  word,
  because: ref('Bilingual'),
  text: ref('Bilingual'),
});

const reminder: Record<string, Schema> = {
  id: text(),
  exam,
  items: list(item),
  matches: list(match),
  emptyBecause: orNull(body({ code: oneOf(...NO_MATCH_REASONS), text: ref('Bilingual') })),
  uncovered: orNull(body({ items: list(item), text: ref('Bilingual') })),
  page: text('Page of the reminder, for who has an account'),
};

const hospitalCondition = body(
  { levelAtLeast: text('For example 二级甲等'), levelAtMost: text(), hospitals: list(text()) },
  'levelAtLeast',
  'levelAtMost',
  'hospitals',
);
const conditions: Record<string, Schema> = {
  scope: oneOf('inside', 'outside', 'any'),
  labelScopes: list(text()),
  issuing: hospitalCondition,
  viewing: hospitalCondition,
  tier: oneOf(...TIER_RELATIONS),
  alliance: text('shared, or the code of one'),
  city: oneOf('same', 'other'),
  items: list(text()),
  categories: list(oneOf(...CATEGORIES)),
  maxAgeDays: whole,
};
const policy = body({
  rules: list(
    body({
      id: text(),
      when: body(conditions, ...Object.keys(conditions)),
      word,
      because: ref('Bilingual'),
      sources: list(text()),
    }),
  ),
  otherwise: body({ word, because: ref('Bilingual') }),
  longestAge: body({ days: whole, items: { type: 'object', description: 'Days by item code' } }),
  reasons: list(oneOf(...REASON_CODES)),
});
const version: Record<string, Schema> = { policy, note: text(), author: orNull(ref('Author')) };
const onMatch = { token: text(), reminder: text('Its id'), position: whole };

export const REMINDER_SCHEMAS: Record<string, Schema> = {
  ReminderAsk: body(
    {
      hospital: text('Who is about to order; may be left out by who asks for one hospital alone'),
      patient: body({ patientId: text(), issuer: text() }, 'issuer'),
      identifiers: list(
        body(
          { kind: oneOf('idCard', 'healthCard', 'passport', 'other'), value: text(), issuer: text() },
          'issuer',
        ),
      ),
      exams: list(
        body(
          { code: text(), scheme: text(), name: text(), modality: text('CT, MR, DX, …') },
          'code',
          'scheme',
          'name',
          'modality',
        ),
      ),
      orderNumber: text(),
      department: text(),
      practitioner: text('Who orders, as the hospital system names them'),
      patientClass: oneOf('outpatient', 'inpatient', 'emergency', 'other'),
    },
    'hospital',
    'patient',
    'identifiers',
    'orderNumber',
    'department',
    'practitioner',
    'patientClass',
  ),
  Reminders: body({
    call: text(),
    hospital: ref('Hospital'),
    linked: { type: 'boolean', description: 'Studies of other hospitals were looked for' },
    ignoredIdentifiers: list(body({ index: whole, because: ref('Bilingual') })),
    reminders: list(body(reminder)),
    reasons: list(reason),
    card: orNull(body({ url: text('Page to show in a frame'), expiresAt: instant })),
  }),
  RemindersPage: body({
    reminders: list(
      body({
        id: text(),
        createdAt: instant,
        hospital: ref('Hospital'),
        department: text(),
        practitioner: text(),
        channel: oneOf('cds', 'json', 'page'),
        patientId: text(),
        orderNumber: text(),
        exam: body({ code: text(), name: text(), modality: text() }),
        items: list(item),
        emptyBecause: orNull(oneOf(...NO_MATCH_REASONS)),
        milliseconds: whole,
        matches: list(
          body({
            position: whole,
            hospital: ref('Hospital'),
            own: flag,
            item,
            studyDate: text(),
            ageDays: whole,
            labels: list(text()),
            word,
            inForce: flag,
            viewed: flag,
            decision: orNull(body({ kind: decisionKind, reasonCode: text(), decidedAt: instant })),
          }),
        ),
      }),
    ),
    next: orNull(text()),
  }),
  RecognitionPolicyVersion: body({
    id: orNull(whole),
    ...version,
    createdAt: orNull(instant),
    mayChange: flag,
    former: list(body({ id: whole, ...version, createdAt: instant })),
    hospitals: list(
      body({
        code: text(),
        name: ref('Bilingual'),
        level: text(),
        region: text(),
        scopes: list(text()),
        alliances: list(text()),
      }),
    ),
    scopes: list(text()),
  }),
  NewRecognitionPolicy: body({
    replaces: orNull(whole),
    policy,
    note: text('Why'),
  }),
  CdsClient: body({
    id: text(),
    issuer: text('iss of its JWTs'),
    name: text(),
    hospital: ref('Hospital'),
    jwksUrl: orNull(text()),
    keyIds: list(text()),
    createdBy: text(),
    createdAt: instant,
    endedAt: orNull(instant),
    endedBy: text(),
    lastUsedAt: orNull(instant),
  }),
  CdsClients: body({ clients: list(ref('CdsClient')), hospitals: list(ref('Hospital')), services: text() }),
  NewCdsClient: body(
    { issuer: text(), name: text(), hospital: text(), jwks: { type: 'object' }, jwksUrl: text() },
    'jwks',
    'jwksUrl',
  ),
  ReminderCardToken: body({ token: text('What stands behind # in the address of the card') }),
  ReminderCardMatch: body(onMatch),
  ReminderCardDecision: body(
    {
      ...onMatch,
      kind: decisionKind,
      reasonCode: oneOf(...REASON_CODES),
      reasonText: text(),
      patientInformed: flag,
    },
    'reasonCode',
    'reasonText',
    'patientInformed',
  ),
  ReminderCardDecided: body({ id: text(), kind: decisionKind }),
  ReminderPictures: body({ url: text() }),
  ReminderCard: body({
    hospital: ref('Hospital'),
    practitioner: text(),
    department: text(),
    expiresAt: instant,
    reminders: list(
      body({
        ...reminder,
        decisions: list(body({ position: whole, kind: decisionKind, reasonCode: text() })),
      }),
    ),
    reasons: list(reason),
    opensPictures: flag,
  }),
};
