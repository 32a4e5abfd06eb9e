import { ROLES } from '@hutong/storage-config';
import { ERRORS, json, jsonBody, problem } from './pathWords.ts';
import { body, flag, list, oneOf, orNull, type Schema, text } from './schemaWords.ts';

const DONE = { description: 'Done' };

/** Addresses of what a person does with the own account. */
export const ACCOUNT_PATHS = {
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
      responses: { 200: json('OneTimePasswordOffer'), ...ERRORS },
    },
    put: {
      operationId: 'confirmOneTimePassword',
      summary: 'Has one-time passwords asked for from now on',
      requestBody: jsonBody('OneTimePasswordConfirmation'),
      responses: { 204: DONE, 400: problem('Not the one-time password of now'), ...ERRORS },
    },
  },
  '/account/sessions': {
    delete: {
      operationId: 'signOutElsewhere',
      summary: 'Ends all other sessions of the account',
      responses: { 204: DONE, ...ERRORS },
    },
  },
};

/** What a session says of an account. */
export const sessionAccount: Schema = orNull(
  body({
    roles: list(body({ role: oneOf(...ROLES), hospital: orNull(text('null: the whole region')) })),
    mustChangePassword: flag,
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
  OneTimePasswordConfirmation: body({ secret: text('As it was offered'), oneTimePassword: text() }),
};
