import { json, type Parameter, problem, query } from './pathWords.ts';
import { body, list, ref, type Schema, text } from './schemaWords.ts';

const PROVIDER: Parameter = {
  name: 'provider',
  in: 'path',
  required: true,
  description: 'Id of a provider of identity',
  schema: { type: 'string' },
};
const ON = { description: 'To the next page; what did not go well to /sign-in?problem=…' };
const UNKNOWN = problem('There is no such provider');

/** Addresses of signing in by a provider of identity; for browsers, and one for providers. */
export const SIGN_IN_PATHS = {
  '/sign-in/providers': {
    get: {
      operationId: 'listProviders',
      summary: 'Providers of identity (OpenID Connect) that people sign in by',
      security: [],
      responses: { 200: json('SignInProviders') },
    },
  },
  '/sign-in/providers/{provider}/start': {
    get: {
      operationId: 'startProvider',
      summary: 'Sends a browser to a provider of identity',
      security: [],
      parameters: [PROVIDER, query('returnTo', 'Path of this server to go to when signed in; / when absent')],
      responses: { 303: ON, 404: UNKNOWN },
    },
  },
  '/sign-in/providers/{provider}/callback': {
    get: {
      operationId: 'finishProvider',
      summary: 'Where a provider sends the browser back to, with a code',
      security: [],
      parameters: [
        PROVIDER,
        query('state', 'As it was sent'),
        query('code', 'Good once'),
        query('iss', 'Who answers (RFC 9207)'),
        query('error', 'In place of a code'),
      ],
      responses: { 303: ON, 404: UNKNOWN },
    },
  },
  '/sign-in/providers/{provider}/sign-out': {
    get: {
      operationId: 'leaveProvider',
      summary: 'Sends a browser that just signed out to its provider, to sign out there as well',
      security: [],
      parameters: [PROVIDER],
      responses: { 303: ON, 404: UNKNOWN },
    },
  },
  '/sign-in/providers/{provider}/back-channel-logout': {
    post: {
      operationId: 'backChannelLogout',
      summary:
        'Takes a logout token of a provider (OpenID Connect Back-Channel Logout) and ends its sessions',
      security: [],
      parameters: [PROVIDER],
      requestBody: {
        required: true,
        content: {
          'application/x-www-form-urlencoded': {
            schema: body({ logout_token: text('JWT signed by the provider') }),
          },
        },
      },
      responses: {
        200: { description: 'Ended' },
        400: problem('No logout token that is valid here'),
        404: UNKNOWN,
      },
    },
  },
};

export const SIGN_IN_SCHEMAS: Record<string, Schema> = {
  SignInProviders: body({ providers: list(body({ id: text(), name: ref('Bilingual') })) }),
  SignedOut: body({ signOutAt: text('Where the browser goes next, to sign out at the provider as well') }),
};
