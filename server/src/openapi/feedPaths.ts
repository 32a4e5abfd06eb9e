import { CHANGE_ACTIONS } from '@hutong/storage-config';
import { ERRORS, inPath, json, jsonBody, many, problem, query } from './pathWords.ts';

const NO_WEBHOOK = problem('There is no such webhook in view');
const NO_CORRECTION = problem('There is no such correction in view');
const BAD_BODY = problem('The body does not fit; the detail names the members');
const webhookId = inPath('webhook', 'Id of the webhook');
const correctionId = inPath('correction', 'Id of the correction');

/** Addresses of the change feed, of webhooks and of corrections of patient data. */
export const FEED_PATHS = {
  '/changes': {
    get: {
      operationId: 'listChanges',
      summary: 'What happened to the studies in view, in the order of commits',
      description:
        'Read on from position. Each change names the number of the one before it in view, so that a hole would show. With Accept: text/event-stream it is a stream of Server-Sent Events: event change with a Change as data and its number as id; Last-Event-ID goes before since.',
      parameters: [
        query('since', 'Number read last, or now; absent: from the oldest change that is kept'),
        query('limit', 'Changes a page, 1 to 1000, 200 when absent', { type: 'integer' }),
        query('wait', 'Seconds to wait for a change, at most 60; answered empty after that', {
          type: 'integer',
        }),
        query('hospital', 'Hospital code; may be repeated', many({ type: 'string' })),
        query('action', 'May be repeated', many({ type: 'string', enum: [...CHANGE_ACTIONS] })),
      ],
      responses: {
        200: json('ChangesPage'),
        400: problem('A parameter does not fit; the detail names it'),
        406: problem('Neither JSON nor an event stream is accepted'),
        410: problem('Changes after since are no longer kept, or the index was restored since'),
        503: problem('Too many requests wait already'),
        ...ERRORS,
      },
    },
  },
  '/changes/position': {
    get: {
      operationId: 'getChangesPosition',
      summary: 'Where the change feed stands, and how far it goes back',
      responses: { 200: json('ChangesPosition'), ...ERRORS },
    },
  },
  '/webhooks': {
    get: {
      operationId: 'listWebhooks',
      summary: 'Addresses that changes are delivered to; scope admin',
      responses: { 200: json('Webhooks'), ...ERRORS },
    },
    post: {
      operationId: 'addWebhook',
      summary: 'Adds an address; the secret that signs deliveries is answered this once',
      requestBody: jsonBody('NewWebhook'),
      responses: {
        201: json('AddedWebhook', 'Added'),
        400: BAD_BODY,
        404: problem('There is no such hospital'),
        409: problem('There are as many webhooks as one hospital may have'),
        ...ERRORS,
      },
    },
  },
  '/webhooks/{webhook}': {
    patch: {
      operationId: 'changeWebhook',
      summary: 'Pauses deliveries, or has them go on where they stood',
      parameters: [webhookId],
      requestBody: jsonBody('WebhookChange'),
      responses: { 200: json('Webhook'), 400: BAD_BODY, 404: NO_WEBHOOK, ...ERRORS },
    },
    delete: {
      operationId: 'removeWebhook',
      summary: 'Ends a webhook',
      parameters: [webhookId],
      responses: { 204: { description: 'Ended' }, 404: NO_WEBHOOK, ...ERRORS },
    },
  },
  '/patient-corrections': {
    get: {
      operationId: 'listPatientCorrections',
      summary: 'Corrections of patient data, newest first; scope correct',
      parameters: [query('study', 'StudyInstanceUID'), query('before', 'next of the page before')],
      responses: { 200: json('PatientCorrections'), ...ERRORS },
    },
    post: {
      operationId: 'correctPatient',
      summary: 'Merges a patient into another, or corrects attributes of a patient or of one study',
      description:
        'Searches show it at once; every stored instance is written anew after that, and the versions before stay. What arrives later for these studies, and for a patient that was merged, is corrected too.',
      requestBody: jsonBody('NewPatientCorrection'),
      responses: {
        202: json('PatientCorrection', 'Recorded; instances are written anew'),
        400: BAD_BODY,
        404: problem('The hospital has no study of this patient, or no such study'),
        413: problem('Too many studies are concerned'),
        ...ERRORS,
      },
    },
  },
  '/patient-corrections/{correction}': {
    get: {
      operationId: 'getPatientCorrection',
      summary: 'A correction, how far it has come, and what could not be written anew',
      parameters: [correctionId],
      responses: { 200: json('PatientCorrection'), 404: NO_CORRECTION, ...ERRORS },
    },
  },
  '/patient-corrections/{correction}/retry': {
    post: {
      operationId: 'retryPatientCorrection',
      summary: 'Has what could not be written anew tried again',
      parameters: [correctionId],
      responses: { 202: json('PatientCorrection', 'Will be tried'), 404: NO_CORRECTION, ...ERRORS },
    },
  },
  '/patient-corrections/{correction}/undo': {
    post: {
      operationId: 'undoPatientCorrection',
      summary:
        'Undoes a correction: its studies are as without it, and what arrives later is not corrected by it',
      description:
        'Searches show it at once; every stored instance is written anew after that, and the versions before stay. Values of later corrections of single studies stay too. The correction stays on record with who undid it, when and why. One that was undone already is answered as it is.',
      parameters: [correctionId],
      requestBody: jsonBody('PatientCorrectionUndo'),
      responses: {
        202: json('PatientCorrection', 'Undone; instances are written anew'),
        200: json('PatientCorrection', 'It had been undone already'),
        400: BAD_BODY,
        404: NO_CORRECTION,
        409: problem(
          'Later corrections of the patient rest on it; the detail names those to be undone first',
        ),
        ...ERRORS,
      },
    },
  },
};
