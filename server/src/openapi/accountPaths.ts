import { ROLES } from '@hutong/storage-config';
import { ERRORS, json, jsonBody, problem } from './pathWords.ts';
import { body, flag, instant, list, oneOf, orNull, type Schema, text, whole } from './schemaWords.ts';

const DONE = { description: 'Done' };

const SHOWN = { requestBody: jsonBody('ShownPassword') };
const WRONG = problem('The password is wrong');

/** Addresses of what a person does with the own account. */
export const ACCOUNT_PATHS = {
  '/account': {
    get: {
      operationId: 'getAccount',
      summary: 'How the own account is protected',
      responses: { 200: json('AccountSecurity'), ...ERRORS },
    },
  },
  '/account/password': {
    put: {
      operationId: 'changePassword',
      summary: 'Takes an own password; ends all other sessions of the account',
      requestBody: jsonBody('PasswordChange'),
      responses: {
        204: DONE,
        400: problem('The present password is wrong, or the wanted one too weak'),
        ...ERRORS,
      },
    },
  },
  '/account/one-time-password': {
    post: {
      operationId: 'offerOneTimePassword',
      summary: 'A secret for an authenticator app (RFC 6238), not in force until confirmed',
      ...SHOWN,
      responses: {
        200: json('OneTimePasswordOffer'),
        400: WRONG,
        409: problem('It is set up already'),
        ...ERRORS,
      },
    },
    put: {
      operationId: 'confirmOneTimePassword',
      summary: 'Has one-time passwords asked for from now on; tells the recovery codes this once',
      requestBody: jsonBody('OneTimePasswordConfirmation'),
      responses: { 200: json('RecoveryCodes'), 400: problem('Not the one-time password of now'), ...ERRORS },
    },
  },
  '/account/one-time-password/end': {
    post: {
      operationId: 'endOneTimePassword',
      summary: 'Has one-time passwords asked for no more',
      ...SHOWN,
      responses: { 204: DONE, 400: WRONG, 409: problem('They are not set up'), ...ERRORS },
    },
  },
  '/account/recovery-codes': {
    post: {
      operationId: 'renewRecoveryCodes',
      summary: 'New recovery codes in place of the present ones, told this once',
      ...SHOWN,
      responses: {
        200: json('RecoveryCodes'),
        400: WRONG,
        409: problem('One-time passwords are not set up'),
        ...ERRORS,
      },
    },
  },
  '/account/sessions': {
    get: {
      operationId: 'listOwnSessions',
      summary: 'Open sessions of the own account, this one first',
      responses: { 200: json('OwnSessions'), ...ERRORS },
    },
    delete: {
      operationId: 'signOutElsewhere',
      summary: 'Ends all other sessions of the account, and what they granted to other applications',
      responses: { 204: DONE, ...ERRORS },
    },
  },
  '/account/sessions/{session}': {
    delete: {
      operationId: 'endOwnSession',
      summary: 'Ends one session of the own account',
      parameters: [
        { name: 'session', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
      ],
      responses: { 204: DONE, 404: problem('The account has no such session'), ...ERRORS },
    },
  },
};

/** What a session says of an account. */
export const sessionAccount: Schema = orNull(
  body({
    roles: list(body({ role: oneOf(...ROLES), hospital: orNull(text('null: the whole region')) })),
    mustChangePassword: flag,
    pending: orNull(oneOf('givenPassword', 'agedPassword', 'secondFactor')),
    provider: text('Provider of identity; empty: name and password'),
  }),
);

/** Bodies of signing in and of the own account. */
export const ACCOUNT_SCHEMAS: Record<string, Schema> = {
  SignIn: {
    anyOf: [
      body({ token: text('Of a sign-in link') }),
      body({ username: text(), password: text(), oneTimePassword: text() }, 'oneTimePassword'),
    ],
  },
  PasswordChange: body({ present: text(), wanted: text('At least 10 characters of three kinds, or 16') }),
  OneTimePasswordOffer: body({
    secret: text('Base32'),
    uri: text('otpauth:'),
    qrCode: text('The uri as a QR code, SVG'),
  }),
  OneTimePasswordConfirmation: body({ oneTimePassword: text() }),
  ShownPassword: body({ password: text('The present one') }),
  RecoveryCodes: body({ recoveryCodes: list(text('Signs in once in place of a one-time password')) }),
  AccountSecurity: body({
    passwordSetAt: orNull(instant),
    passwordEndsAt: orNull(instant),
    oneTimePasswords: flag,
    recoveryCodesLeft: whole,
    secondFactorRequired: flag,
  }),
  OwnSessions: body({
    sessions: list(
      body({
        id: text(),
        signedInAt: instant,
        lastUsedAt: instant,
        expiresAt: instant,
        address: text(),
        browser: text('Family of browser and system'),
        method: oneOf('password', 'link', 'provider'),
        provider: text(),
        current: flag,
      }),
    ),
  }),
};
