import { ERRORS, inPath, json, jsonBody, many, problem, query } from './pathWords.ts';

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
