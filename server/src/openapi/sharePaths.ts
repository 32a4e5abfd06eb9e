import { SHARE_FACTORS } from '@hutong/storage-config';
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
        200: json('OpenedShare', 'Something is asked for beside the link'),
        201: json('OpenedShare', 'Opened'),
        403: problem('Not right (share-factor-wrong), or not yet (share-not-yet)'),
        404: problem('The link leads to no share (share-unknown)'),
        410: problem('Expired, ended, used up or locked (share-over)'),
      },
    },
  },
};

const share: Record<string, Schema> = {
  id: text(),
  alias: text('Stands in addresses, opens nothing'),
  hospital: text('Hospital code'),
  accessionNumber: orNull(text()),
  studies: list(body({ studyInstanceUid: text(), seriesInstanceUids: list(text()) })),
  mayDownload: flag,
  notBefore: instant,
  expiresAt: instant,
  maxUses: orNull(whole),
  uses: whole,
  factor: oneOf(...SHARE_FACTORS),
  note: text(),
  author: body({ kind: text(), name: text() }),
  createdAt: instant,
  state: oneOf('open', 'notYet', 'expired', 'usedUp', 'locked', 'revoked'),
};

/** Bodies of shares. */
export const SHARE_SCHEMAS: Record<string, Schema> = {
  Share: body(share),
  SharesPage: body({ shares: list(ref('Share')), next: orNull(text('before of the next page')) }),
  ShareDetail: body({ ...share, openings: list(body({ at: instant, address: text() })) }),
  MadeShare: body({
    ...share,
    link: text('Holds the token in its fragment'),
    code: orNull(text('Told this once')),
    qrCodeSvg: text(),
    qrCodePng: text('Data URL'),
  }),
  NewShare: body(
    {
      hospital: text('Hospital code'),
      studies: list(
        body({ studyInstanceUid: text(), seriesInstanceUids: list(text()) }, 'seriesInstanceUids'),
      ),
      accessionNumber: text('Instead of studies: whatever is stored under it, now or later'),
      patientId: text('With accessionNumber'),
      mayDownload: flag,
      notBefore: instant,
      hours: { type: 'number', description: '1 to 8784' },
      maxUses: orNull(whole),
      factor: oneOf(...SHARE_FACTORS),
      secret: text('Of password and idDigits'),
      note: text('For the own list'),
    },
    'studies',
    'accessionNumber',
    'patientId',
    'mayDownload',
    'notBefore',
    'maxUses',
    'secret',
    'note',
  ),
  OpenShare: body({ token: text(), factor: text('Absent: only what is asked for is told') }, 'factor'),
  OpenedShare: {
    anyOf: [
      body({ state: oneOf('factorNeeded'), factor: oneOf(...SHARE_FACTORS), hospital: ref('Bilingual') }),
      body({ state: oneOf('opened'), alias: text(), expiresAt: instant }),
    ],
  },
};
