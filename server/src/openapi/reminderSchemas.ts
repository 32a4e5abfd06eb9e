import { CATEGORIES, REASON_CODES, RECOGNITION_WORDS, TIER_RELATIONS } from '@hutong/recognition';
import { NO_MATCH_REASONS } from '@hutong/storage-config';
import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

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
