import { CHANGE_ACTIONS, WEBHOOK_FORMATS } from '@hutong/storage-config';
import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

const personName = body(
  { alphabetic: text(), ideographic: text(), phonetic: text() },
  'alphabetic',
  'ideographic',
  'phonetic',
);
const patient = body(
  { patientId: text(), issuerOfPatientId: text('Absent: any issuer') },
  'issuerOfPatientId',
);
const ofPatient = {
  patientName: personName,
  patientBirthDate: text('YYYY-MM-DD, or empty'),
  patientSex: oneOf('M', 'F', 'O', ''),
};
const ofStudy = {
  ...ofPatient,
  patientId: text(),
  issuerOfPatientId: text(),
  accessionNumber: text(),
  referringPhysicianName: personName,
  studyId: text(),
  studyDescription: text(),
};
const given = body({ code: text('As /correction-reasons lists them'), text: text() }, 'text');
const request = { hospital: text('Hospital code'), reason: given };

const webhookFormat = oneOf(...WEBHOOK_FORMATS);

const webhook = {
  format: webhookFormat,
  withPatients: flag,
  id: text(),
  hospital: orNull(text('Hospital code; null: all')),
  url: text(),
  actions: orNull(list(ref('ChangeAction'))),
  active: flag,
  position: { ...whole, description: 'Number of the last change that was delivered, or passed over' },
  failures: whole,
  lastError: orNull(text()),
  lastSuccessAt: orNull(instant),
  nextAttemptAt: orNull(instant),
  createdAt: instant,
};

/** Bodies of the change feed, of webhooks and of corrections of patient data. */
export const FEED_SCHEMAS: Record<string, Schema> = {
  ChangeAction: oneOf(...CHANGE_ACTIONS),
  Change: body({
    number: { ...whole, description: 'Consecutive over the region, in the order of commits' },
    previous: orNull({
      ...whole,
      description: 'Number of the change before this one in view: nothing lies between',
    }),
    action: ref('ChangeAction'),
    hospital: text('Hospital code'),
    studyInstanceUid: text(),
    seriesInstanceUid: orNull(text('null: the study as a whole')),
    sopInstanceUids: list(text()),
    at: instant,
  }),
  ChangesPage: body({
    changes: list(ref('Change')),
    position: { ...whole, description: 'since of the next request' },
    last: whole,
  }),
  ChangesPosition: body({ last: whole, oldest: whole }),
  Webhook: body(webhook),
  Webhooks: body({ webhooks: list(ref('Webhook')) }),
  AddedWebhook: body(
    {
      ...webhook,
      secret: text('Signs deliveries; shown this once'),
      warning: ref('Bilingual'),
    },
    'warning',
  ),
  NewWebhook: body(
    {
      hospital: orNull(text('Hospital code; null or absent: all')),
      url: text('https: or http:'),
      actions: orNull(list(ref('ChangeAction'))),
      from: oneOf('oldest', 'now'),
      format: webhookFormat,
      withPatients: flag,
    },
    'hospital',
    'actions',
    'from',
    'format',
    'withPatients',
  ),
  WebhookChange: body({ active: flag }),
  NewPatientCorrection: {
    anyOf: [
      body(
        {
          ...request,
          kind: oneOf('patientMerge'),
          from: patient,
          into: patient,
          values: body(ofPatient, ...Object.keys(ofPatient)),
        },
        'values',
      ),
      body({
        ...request,
        kind: oneOf('patientAttributes'),
        patient,
        values: body(ofPatient, ...Object.keys(ofPatient)),
      }),
      body({
        ...request,
        kind: oneOf('studyAttributes'),
        studyInstanceUid: text(),
        values: body(ofStudy, ...Object.keys(ofStudy)),
      }),
    ],
  },
  PatientCorrectionUndo: body({ reason: ref('GivenReason') }),
  PatientCorrection: body({
    id: whole,
    hospital: text(),
    kind: oneOf('patientMerge', 'patientAttributes', 'studyAttributes'),
    request: { type: 'object', description: 'What was asked for' },
    reason: body({ code: text(), label: ref('Bilingual'), text: text() }),
    author: body({ kind: oneOf('machine', 'person', 'trial', 'system'), name: text() }),
    at: instant,
    undone: orNull(
      body({
        reason: body({ code: text(), label: ref('Bilingual'), text: text() }),
        author: body({ kind: oneOf('machine', 'person', 'trial', 'system'), name: text() }),
        at: instant,
      }),
    ),
    state: oneOf('working', 'done', 'incomplete'),
    progress: body({ studies: whole, instances: whole, corrected: whole, failed: whole }),
    studies: list(
      body({ studyInstanceUid: text(), present: flag, instances: whole, corrected: whole, failed: whole }),
    ),
    failures: list(body({ studyInstanceUid: text(), sopInstanceUid: text(), reason: text() })),
  }),
  PatientCorrections: body({ corrections: list(ref('PatientCorrection')), next: orNull(whole) }),
};
