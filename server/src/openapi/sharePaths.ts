import {
  GUARDIAN_RELATIONS,
  REPLY_TYPES,
  SHARE_AUDIENCES,
  SHARE_FACTORS,
  SHARE_STATES,
} from '@hutong/storage-config';
import { ERRORS, inPath, json, jsonBody, many, problem, query } from './pathWords.ts';
import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

const shareId = inPath('share', 'Id of the share');
const NO_SHARE = problem('There is no such share in view');

/** Addresses of shares. What is shared lies below `/shares/{alias}`: `content`, and `dicomweb` (PS3.18, reading alone). */
export const SHARE_PATHS = {
  '/shares': {
    get: {
      operationId: 'listShares',
      summary: 'Shares, newest first; scope share',
      parameters: [
        query('hospital', 'Hospital code; may be repeated', many({ type: 'string' })),
        query('study', 'StudyInstanceUID'),
        query('mine', 'true: those the caller made'),
        query('maker', 'gone: those whose maker’s account was closed since'),
        query('state', 'May be repeated', many({ type: 'string', enum: [...SHARE_STATES] })),
        query('limit', 'Shares a page, 1 to 200, 50 when absent', { type: 'integer' }),
        query('before', 'next of the page before'),
      ],
      responses: { 200: json('SharesPage'), 400: problem('A parameter does not fit'), ...ERRORS },
    },
    post: {
      operationId: 'makeShare',
      summary: 'A link that opens studies of one hospital for a while; link and code are told this once',
      requestBody: jsonBody('NewShare'),
      responses: {
        201: json('MadeShare', 'Made'),
        400: problem('The body does not fit; the detail names the members'),
        404: problem('The hospital has no such study or series that may be shared'),
        ...ERRORS,
        403: problem('Region or hospital do not allow this (share-policy), or the scope is missing'),
      },
    },
  },
  '/shares/ends': {
    post: {
      operationId: 'endSharesOf',
      summary: 'Ends the shares that one account or key made, in the hospitals the caller may share',
      requestBody: jsonBody('EndShares'),
      responses: { 200: json('EndedShares'), 400: problem('The body does not fit'), ...ERRORS },
    },
  },
  '/shares/{share}/factor': {
    post: {
      operationId: 'renewShareFactor',
      summary: 'Unlocks a share; makes another code, or takes another password or other digits',
      parameters: [shareId],
      requestBody: jsonBody('NewShareFactor'),
      responses: {
        200: json('RenewedShareFactor', 'The code is told this once'),
        400: problem('The secret does not fit the factor'),
        404: NO_SHARE,
        ...ERRORS,
      },
    },
  },
  '/shares/{share}/replies/{reply}': {
    get: {
      operationId: 'getShareReply',
      summary: 'A file that came back through a share, as an attachment alone',
      parameters: [shareId, inPath('reply', 'Id of the reply')],
      responses: {
        200: {
          description: 'The file',
          content: Object.fromEntries(
            REPLY_TYPES.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]),
          ),
        },
        404: NO_SHARE,
        ...ERRORS,
      },
    },
  },
  '/share-policies/{hospital}': {
    get: {
      operationId: 'getSharePolicies',
      summary: 'What may be shared in a hospital: its own policy, the region’s, and what holds; scope share',
      parameters: [inPath('hospital', 'Hospital code, or region')],
      responses: { 200: json('SharePolicies'), 404: problem('No such hospital in view'), ...ERRORS },
    },
    put: {
      operationId: 'setSharePolicy',
      summary:
        'Sets the policy of a hospital, or of the region; the stricter part of both holds. Scope admin',
      parameters: [inPath('hospital', 'Hospital code, or region')],
      requestBody: jsonBody('SharePolicy'),
      responses: {
        200: json('SharePolicies'),
        400: problem('The body does not fit'),
        404: problem('No such hospital in view'),
        ...ERRORS,
      },
    },
  },
  '/shares/{share}': {
    get: {
      operationId: 'getShare',
      summary: 'One share, and when it was opened',
      parameters: [shareId],
      responses: { 200: json('ShareDetail'), 404: NO_SHARE, ...ERRORS },
    },
    delete: {
      operationId: 'revokeShare',
      summary: 'Ends a share at once, also answers under way',
      parameters: [shareId],
      responses: { 204: { description: 'Ended' }, 404: NO_SHARE, ...ERRORS },
    },
  },
  '/share-sessions': {
    post: {
      operationId: 'openShare',
      summary: 'Exchanges the token of a link, and what is asked for beside it, for a cookie of that share',
      security: [],
      requestBody: jsonBody('OpenShare'),
      responses: {
        200: json('OpenedShare', 'Something is asked for beside the link, or signing in'),
        201: json('OpenedShare', 'Opened'),
        403: problem(
          'Not right (share-factor-wrong), not yet (share-not-yet), used (share-code-used), or for another person (share-not-for-you)',
        ),
        404: problem('The link leads to no share (share-unknown)'),
        410: problem('Expired, ended, used up or locked (share-over)'),
        429: problem(
          'Too many wrong entries of this share or from this network (share-wait); Retry-After says when',
        ),
      },
    },
  },
};

const share: Record<string, Schema> = {
  id: text(),
  alias: text('Stands in addresses, opens nothing'),
  hospital: text('Hospital code'),
  accessionNumber: orNull(text()),
  accessionNumbers: list(text()),
  studies: list(body({ studyInstanceUid: text(), seriesInstanceUids: list(text()) })),
  patient: orNull(body({ name: text(), id: text() })),
  exams: list(ref('ShareExam')),
  audience: oneOf(...SHARE_AUDIENCES),
  guardian: orNull(body({ name: text(), relation: oneOf(...GUARDIAN_RELATIONS) })),
  signIn: orNull(
    body({ hospitals: list(text('Hospital code')), account: orNull(text('User name; null: any that fits')) }),
  ),
  mayDownload: flag,
  mayReply: flag,
  watermark: flag,
  notBefore: instant,
  expiresAt: instant,
  maxUses: orNull(whole),
  uses: whole,
  factor: oneOf(...SHARE_FACTORS),
  note: text(),
  author: body({ kind: text(), id: text(), name: text(), active: flag }),
  createdAt: instant,
  failures: whole,
  replies: whole,
  newReplies: whole,
  state: oneOf(...SHARE_STATES),
};

/** Bodies of shares. */
export const SHARE_SCHEMAS: Record<string, Schema> = {
  Share: body(share),
  SharesPage: body({ shares: list(ref('Share')), next: orNull(text('before of the next page')) }),
  ShareExam: body({ date: text('YYYY-MM-DD or empty'), modalities: list(text()), description: text() }),
  ShareDetail: body({
    ...share,
    openings: list(body({ at: instant, address: text(), device: text(), by: text() })),
    attempts: list(body({ at: instant, address: text() })),
    replies: list(ref('ShareReply')),
  }),
  ShareReply: body({
    id: text(),
    at: instant,
    name: text(),
    mediaType: oneOf(...REPLY_TYPES),
    size: whole,
    from: text(),
    note: text(),
  }),
  NewShareFactor: body(
    { secret: text('Of password and idDigits; absent: unlocks, or makes a code') },
    'secret',
  ),
  RenewedShareFactor: body({ code: orNull(text()) }),
  EndShares: body({ author: text('Id of the account or key that made them') }),
  EndedShares: body({ ended: whole }),
  SharePolicy: body({
    colleagueSignIn: flag,
    patientFactor: flag,
    longestHours: orNull(whole),
    mostUses: orNull(whole),
    mayDownload: flag,
    mayReply: flag,
    watermark: flag,
  }),
  SharePolicies: body({
    region: ref('SharePolicy'),
    hospital: ref('SharePolicy'),
    effective: ref('SharePolicy'),
  }),
  MadeShare: body({
    ...share,
    link: text('Holds the token in its fragment'),
    code: orNull(text('Told this once')),
    qrCodeSvg: text(),
    qrCodePng: text('Data URL'),
    slip: text('A page for printing'),
  }),
  NewShare: body(
    {
      hospital: text('Hospital code'),
      studies: list(
        body({ studyInstanceUid: text(), seriesInstanceUids: list(text()) }, 'seriesInstanceUids'),
      ),
      accessionNumber: text('Instead of studies: whatever is stored under it, now or later'),
      accessionNumbers: list(text()),
      patientId: text('With accession numbers'),
      audience: oneOf(...SHARE_AUDIENCES),
      guardian: body({ name: text(), relation: oneOf(...GUARDIAN_RELATIONS) }),
      signIn: body({ hospitals: list(text()), account: orNull(text()) }, 'hospitals', 'account'),
      mayDownload: flag,
      mayReply: flag,
      watermark: flag,
      notBefore: instant,
      hours: { type: 'number', description: '1 to 8784' },
      maxUses: orNull(whole),
      factor: oneOf(...SHARE_FACTORS),
      secret: text('Of password and idDigits'),
      note: text('For the own list'),
    },
    'studies',
    'accessionNumber',
    'accessionNumbers',
    'patientId',
    'audience',
    'guardian',
    'signIn',
    'mayDownload',
    'mayReply',
    'watermark',
    'notBefore',
    'maxUses',
    'secret',
    'note',
  ),
  OpenShare: body({ token: text(), factor: text('Absent: only what is asked for is told') }, 'factor'),
  OpenedShare: {
    anyOf: [
      body({
        state: oneOf('factorNeeded'),
        factor: oneOf('none', 'password', 'code', 'idDigits'),
        hospital: ref('Bilingual'),
        audience: oneOf(...SHARE_AUDIENCES),
        relation: orNull(oneOf(...GUARDIAN_RELATIONS)),
        exams: list(ref('ShareExam')),
        waitSeconds: whole,
        attemptsLeft: whole,
      }),
      body({ state: oneOf('signInNeeded'), hospital: ref('Bilingual'), hospitals: list(ref('Bilingual')) }),
      body({ state: oneOf('opened'), alias: text(), expiresAt: instant }),
    ],
  },
};
