import { CLIENT_KINDS, KEY_PURPOSES, SCOPES } from '@hutong/storage-config';
import { ERRORS, inPath, json, jsonBody, problem } from './pathWords.ts';
import { body, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

const client = inPath('client', 'Id of the application or machine, which is its client_id');
const NO_CLIENT = problem('There is no such application in view');
const BAD_BODY = problem('The body does not fit; the detail says why');

/** Addresses of applications and machines that get tokens (OpenID Connect at /oidc). */
export const CLIENT_PATHS = {
  '/clients': {
    get: {
      operationId: 'listClients',
      summary: 'Applications that people sign in to, and machines, newest first; scope keys',
      responses: { 200: json('Clients'), ...ERRORS },
    },
    post: {
      operationId: 'createClient',
      summary: 'Makes one known; its secret, where it has one, is answered this once',
      requestBody: jsonBody('NewClient'),
      responses: {
        201: json('NewClientAnswer', 'Made'),
        400: BAD_BODY,
        404: problem('There is no such hospital'),
        ...ERRORS,
      },
    },
  },
  '/clients/{client}': {
    get: {
      operationId: 'getClient',
      summary: 'An application or machine',
      parameters: [client],
      responses: { 200: json('Client'), 404: NO_CLIENT, ...ERRORS },
    },
    patch: {
      operationId: 'changeClient',
      summary: 'Changes name, scopes, addresses or expiry; holds for tokens that are out at once',
      parameters: [client],
      requestBody: jsonBody('ClientChange'),
      responses: { 200: json('Client'), 400: BAD_BODY, 404: NO_CLIENT, ...ERRORS },
    },
    delete: {
      operationId: 'endClient',
      summary: 'Ends it for good, with all its tokens',
      parameters: [client],
      responses: { 204: { description: 'Ended' }, 404: NO_CLIENT, ...ERRORS },
    },
  },
  '/clients/{client}/secret': {
    post: {
      operationId: 'rotateClientSecret',
      summary: 'Gives a new secret, answered this once; the one before it goes on for overlapHours',
      parameters: [client],
      requestBody: jsonBody('ClientSecretRotation'),
      responses: {
        200: json('NewClientAnswer'),
        400: BAD_BODY,
        404: NO_CLIENT,
        409: problem('It has no secret'),
        ...ERRORS,
      },
    },
  },
};

const jwks: Schema = { type: 'object', description: 'Public keys as a JWK Set (RFC 7517)' };
const changeable = {
  name: text(),
  scopes: list(oneOf(...SCOPES)),
  redirectUris: list(text()),
  loggedOutUris: list(text()),
  logoutUri: orNull(text()),
  expiresAt: orNull(instant),
};
const authentication = oneOf('none', 'secret', 'privateKey');
const secret = body({ createdAt: instant, expiresAt: orNull(instant), lastUsedAt: orNull(instant) });

/** Bodies of applications and machines. */
export const CLIENT_SCHEMAS: Record<string, Schema> = {
  Client: body({
    id: text(),
    kind: oneOf(...CLIENT_KINDS),
    hospital: orNull(text()),
    authentication,
    purpose: oneOf(...KEY_PURPOSES),
    createdBy: text(),
    createdAt: instant,
    lastUsedAt: orNull(instant),
    secrets: list(secret),
    ...changeable,
  }),
  Clients: body({ clients: list(ref('Client')), issuer: orNull(text()), server: text() }),
  NewClient: body(
    {
      kind: oneOf(...CLIENT_KINDS),
      hospital: orNull(text()),
      authentication,
      jwks,
      purpose: oneOf(...KEY_PURPOSES),
      ...changeable,
    },
    'jwks',
    'purpose',
    'redirectUris',
    'loggedOutUris',
    'logoutUri',
    'expiresAt',
  ),
  ClientChange: body(changeable, ...Object.keys(changeable)),
  ClientSecretRotation: body({ overlapHours: whole }, 'overlapHours'),
  NewClientAnswer: body({ client: ref('Client'), secret: orNull(text()) }),
};
