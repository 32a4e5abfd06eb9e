import { findOpenedShare, type OpenedShare } from '@hutong/storage-config';
import type { NextFunction, Request, Response } from 'express';
import { serverUrl } from '../auth/origin.ts';
import type { Caller, DicomwebRoot, ServerParts } from '../context.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { problem } from '../problem.ts';
import { isReached, seriesOf } from './reach.ts';
import { shareCookie } from './shareCookie.ts';
import type { ShareWatch } from './shareWatch.ts';

const ALIAS = /^[a-z2-9]{12}$/;

/** The share that a request has a session of. @throws HttpProblem 404: what is over, and what never was, are one answer */
export async function openedShareOf(
  { index }: Pick<ServerParts, 'index'>,
  req: Request,
): Promise<OpenedShare> {
  const alias = String(req.params['alias']);
  const secret = ALIAS.test(alias) ? shareCookie(req, alias) : null;
  const share = secret === null ? null : await findOpenedShare(index, alias, secret);
  if (share === null) throw notOpen();
  return share;
}

/** Who looks at a share: reads, in one hospital, and what {@link isReached} lets through. */
export function callerOfShare(share: OpenedShare): Caller {
  return {
    kind: 'share',
    id: share.id,
    displayName: share.alias,
    rights: { read: [share.hospital] },
    // Whoever holds a link was given it by or for the patient.
    purpose: 'PATRQT',
    storesFor: null,
    account: null,
    sessionExpiresAt: share.expiresAt,
  };
}

/**
 * Stands before the DICOMweb features below `/shares/{alias}/dicomweb`: the session of the share is the caller, its hospital
 * the root, and only what it reaches goes on. Answers under way end when the share does.
 */
export function sharedRoot(parts: Pick<ServerParts, 'index' | 'config'>, watch: ShareWatch) {
  return async (req: Request, res: Response, next: NextFunction): Promise<void> => {
    const share = await openedShareOf(parts, req);
    const isReading = req.method === 'GET' || req.method === 'HEAD';
    if (!isReading || !isReached(share, req.path, queryParameters(req.originalUrl))) throw notThere();
    const root: DicomwebRoot = {
      hospital: share.hospital,
      url: `${serverUrl(req, parts.config)}/shares/${share.alias}/dicomweb`,
      shownSeries: seriesOf(share, req.path),
    };
    Object.assign(res.locals, { caller: callerOfShare(share), dicomwebRoot: root });
    watch.add(share.id, res);
    keepNothing(res);
    next();
  };
}

/** Nothing of a share is kept by browsers (DESIGN: `no-store` inside shares), whatever the features say of caching. */
function keepNothing(res: Response): void {
  const write = res.writeHead.bind(res) as (...given: unknown[]) => Response;
  res.writeHead = ((...given: unknown[]) => {
    res.setHeader('Cache-Control', 'no-store');
    res.removeHeader('ETag');
    return write(...given);
  }) as typeof res.writeHead;
}

const notOpen = () =>
  problem('not-found', {
    detail: 'This share is not open here. Open its link again.',
    detailZh: '该分享未打开或已结束，请重新打开链接。',
  });

const notThere = () =>
  problem('not-found', {
    detail: 'There is nothing under this address in the share.',
    detailZh: '该分享中没有所请求的内容。',
  });
