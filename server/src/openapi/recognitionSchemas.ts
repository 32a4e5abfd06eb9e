import { REASON_CODES, RECOGNITION_WORDS } from '@hutong/recognition';
import { DECISION_KINDS, PATIENT_CLASSES } from '@hutong/storage-config';
import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

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
