import { KEY_PURPOSES, KEY_SCOPES, KEY_STATES, ROLES } from '@hutong/storage-config';
import { ERRORS, inPath, json, jsonBody, many, problem, query } from './pathWords.ts';
import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

const account = inPath('account', 'Id of the account');
const key = inPath('key', 'Id of the key');
const NO_ACCOUNT = problem('There is no such account in view');
const NO_KEY = problem('There is no such key in view');
const BAD_BODY = problem('The body does not fit; the detail names the members');
const ofPage = [
  query('limit', 'Entries a page, 1 to 200, 50 when absent', { type: 'integer' }),
  query('cursor', 'next of the page before'),
];

/** Addresses of the administration of people and of machines' keys. */
export const PEOPLE_PATHS = {
  '/accounts': {
    get: {
      operationId: 'listAccounts',
      summary: 'Accounts by user name; scope accounts',
      description: 'Who administers hospitals sees accounts all of whose roles are in them.',
      parameters: [
        query('q', 'Part of the user name or of the name'),
        query('role', 'Holds this role', oneOf(...ROLES)),
        query('hospital', 'Holds a role in this hospital'),
        query('state', 'active or disabled', oneOf('active', 'disabled')),
        ...ofPage,
      ],
      responses: { 200: json('AccountsPage'), 400: problem('A parameter does not fit'), ...ERRORS },
    },
    post: {
      operationId: 'createAccount',
      summary: 'Makes an account; its first password is answered this once',
      requestBody: jsonBody('NewAccount'),
      responses: {
        201: json('GivenPassword', 'Made'),
        400: BAD_BODY,
        404: problem('There is no such hospital'),
        409: problem('The user name is taken, or the roles are not for one person'),
        ...ERRORS,
      },
    },
  },
  '/accounts/choices': {
    get: {
      operationId: 'accountChoices',
      summary: 'Where who asks may give roles',
      responses: { 200: json('AccountChoices'), ...ERRORS },
    },
  },
  '/accounts/{account}': {
    get: {
      operationId: 'getAccount',
      summary: 'An account',
      parameters: [account],
      responses: { 200: json('Account'), 404: NO_ACCOUNT, ...ERRORS },
    },
    patch: {
      operationId: 'changeAccount',
      summary: 'Changes name or roles, disables or enables; holds for open sessions from the next request on',
      parameters: [account],
      requestBody: jsonBody('AccountChange'),
      responses: {
        200: json('Account'),
        400: BAD_BODY,
        404: NO_ACCOUNT,
        409: problem('Changed meanwhile, the last administrator, or roles that are not for one person'),
        ...ERRORS,
      },
    },
  },
  '/accounts/{account}/history': {
    get: {
      operationId: 'accountHistory',
      summary: 'Who changed an account, and which roles it had',
      parameters: [account],
      responses: { 200: json('AccountHistory'), 404: NO_ACCOUNT, ...ERRORS },
    },
  },
  '/accounts/{account}/password': {
    post: {
      operationId: 'givePassword',
      summary: 'Gives a new password, answered this once; ends sessions and the second factor',
      parameters: [account],
      responses: { 200: json('GivenPassword'), 404: NO_ACCOUNT, ...ERRORS },
    },
  },
  '/accounts/{account}/second-factor': {
    delete: {
      operationId: 'removeSecondFactor',
      summary: 'Lets somebody in without the second factor that was lost',
      parameters: [account],
      responses: { 200: json('Account'), 404: NO_ACCOUNT, ...ERRORS },
    },
  },
  '/accounts/{account}/sessions': {
    delete: {
      operationId: 'endSessions',
      summary: 'Ends all sessions of an account',
      parameters: [account],
      responses: { 200: json('Account'), 404: NO_ACCOUNT, ...ERRORS },
    },
  },
  '/keys': {
    get: {
      operationId: 'listKeys',
      summary: 'Keys of machines, newest first; scope keys',
      parameters: [
        query('q', 'Part of the label, or beginning of the id'),
        query('hospital', 'Hospital code; * for keys of the region'),
        query('state', 'May be repeated; all but revoked when absent', many(oneOf(...KEY_STATES))),
        ...ofPage,
      ],
      responses: { 200: json('KeysPage'), 400: problem('A parameter does not fit'), ...ERRORS },
    },
    post: {
      operationId: 'createKey',
      summary: 'Makes a key; its secret is answered this once',
      requestBody: jsonBody('NewKey'),
      responses: {
        201: json('NewSecret', 'Made'),
        400: BAD_BODY,
        404: problem('There is no such hospital'),
        409: problem('The installation is not told client certificates'),
        ...ERRORS,
      },
    },
  },
  '/keys/choices': {
    get: {
      operationId: 'keyChoices',
      summary: 'For which hospitals, and with which scopes, who asks may make keys',
      responses: { 200: json('KeyChoices'), ...ERRORS },
    },
  },
  '/keys/{key}': {
    get: {
      operationId: 'getKey',
      summary: 'A key',
      parameters: [key],
      responses: { 200: json('Key'), 404: NO_KEY, ...ERRORS },
    },
    patch: {
      operationId: 'changeKey',
      summary: 'Changes label, expiry, purpose, networks or client certificate',
      parameters: [key],
      requestBody: jsonBody('KeyChange'),
      responses: { 200: json('Key'), 400: BAD_BODY, 404: NO_KEY, ...ERRORS },
    },
    delete: {
      operationId: 'revokeKey',
      summary: 'Ends a key for good',
      parameters: [key],
      responses: { 204: { description: 'Ended' }, 404: NO_KEY, ...ERRORS },
    },
  },
  '/keys/{key}/rotate': {
    post: {
      operationId: 'rotateKey',
      summary: 'Gives a key a new secret; the one until now is taken for some hours more',
      parameters: [key],
      requestBody: { ...jsonBody('KeyRotation'), required: false },
      responses: { 200: json('NewSecret'), 400: BAD_BODY, 404: NO_KEY, ...ERRORS },
    },
  },
  '/keys/{key}/previous': {
    delete: {
      operationId: 'endPreviousSecret',
      summary: 'Ends the secret before the present one at once',
      parameters: [key],
      responses: { 200: json('Key'), 404: NO_KEY, ...ERRORS },
    },
  },
};

const grants = list(body({ role: oneOf(...ROLES), hospital: orNull(text('null: the whole region')) }));
const author = body({ kind: text(), id: text(), name: text() });
const settings = {
  label: text('One line of at most 100 characters'),
  expiresAt: orNull(instant),
  purpose: oneOf(...KEY_PURPOSES),
  networks: orNull(list(text('Address, or network with prefix length'))),
  clientCertificate: orNull(text('SHA-256 in hexadecimal, or the certificate as PEM')),
};
const scopes = list(oneOf(...KEY_SCOPES));

/** Bodies of the administration of people and of machines' keys. */
export const PEOPLE_SCHEMAS: Record<string, Schema> = {
  Account: body({
    id: text(),
    username: text(),
    displayName: text(),
    roles: grants,
    state: oneOf('active', 'disabled'),
    passwordGiven: flag,
    secondFactor: flag,
    provider: orNull(text('Provider of identity that says which roles it has')),
    createdAt: instant,
    lastSignedInAt: orNull(instant),
    sessions: whole,
    revision: whole,
    own: flag,
  }),
  AccountsPage: body({ accounts: list(ref('Account')), next: orNull(text()) }),
  AccountChoices: body({ hospitals: list(ref('Hospital')), region: flag, separateDuties: flag }),
  NewAccount: body({
    username: text(),
    displayName: text('One line of at most 64 characters'),
    roles: grants,
  }),
  GivenPassword: body({ account: ref('Account'), password: text('Good for choosing an own one alone') }),
  AccountChange: body(
    { revision: whole, displayName: text(), roles: grants, disabled: flag },
    'displayName',
    'roles',
    'disabled',
  ),
  AccountHistory: body({
    changes: list(
      body({
        at: instant,
        kind: oneOf(
          'created',
          'roles',
          'name',
          'disabled',
          'enabled',
          'password',
          'secondFactor',
          'sessions',
        ),
        by: author,
        rolesBefore: orNull(grants),
        rolesAfter: orNull(grants),
      }),
    ),
  }),
  Key: body({
    ...settings,
    id: text(),
    hospital: orNull(text('null: of the region')),
    scopes,
    state: oneOf(...KEY_STATES),
    createdAt: instant,
    createdBy: author,
    revokedAt: orNull(instant),
    lastUsedAt: orNull(instant),
    lastUsedAddress: text('Empty: never used'),
    rotatedAt: orNull(instant),
    previous: orNull(body({ validUntil: instant, lastUsedAt: orNull(instant) })),
    mayChange: flag,
  }),
  KeysPage: body({ keys: list(ref('Key')), next: orNull(text()), expiring: whole }),
  KeyChoices: body({
    hospitals: list(body({ code: text(), name: ref('Bilingual'), scopes })),
    region: orNull(scopes),
    clientCertificates: flag,
    dicomweb: text('Root for stores'),
  }),
  NewKey: body(
    { ...settings, hospital: orNull(text()), scopes },
    'expiresAt',
    'purpose',
    'networks',
    'clientCertificate',
  ),
  KeyChange: body(settings, ...Object.keys(settings)),
  KeyRotation: body(
    { overlapHours: { type: 'number', description: '0 to 720, 24 when absent' } },
    'overlapHours',
  ),
  NewSecret: body({ key: ref('Key'), secret: text('Not answered again') }),
};
