import { endOfSession, findOpenedShare, fitsSignIn, type OpenedShare } from '@hutong/storage-config';
import type { NextFunction, Request, Response } from 'express';
import { actsInShare, auditRefusal } from '../audit/audit.ts';
import { CallerWatch } from '../auth/callerWatch.ts';
import { serverUrl } from '../auth/origin.ts';
import { type Caller, callerOf, type DicomwebRoot, type ServerParts } from '../context.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { HttpProblem, problem } from '../problem.ts';
import { overProblem } from './endedWords.ts';
import { isReached, seriesOf } from './reach.ts';
import { shareCookie } from './shareCookie.ts';
import type { ShareWatch } from './shareWatch.ts';
import { signedInPerson } from './signedIn.ts';
import { watermarkLines } from './watermarkLines.ts';

const ALIAS = /^[a-z2-9]{12}$/;

type Parts = Pick<ServerParts, 'index' | 'config'>;

/**
 * Finds the share that a request has a session of, and makes its opener the caller. Of a share that asks for signing in the
 * person has to be signed in still, and still to fit.
 *
 * @throws HttpProblem 404, to whoever has no session of it; 410 `share-over` to whoever has
 */
export function shareOf(parts: Parts) {
  const { index } = parts;
  const signedIn = signedInPerson(parts);
  return async (req: Request, res: Response): Promise<OpenedShare> => {
    const alias = String(req.params['alias']);
    const secret = ALIAS.test(alias) ? shareCookie(req, alias) : null;
    const share = secret === null ? null : await findOpenedShare(index, alias, secret);
    if (share === null) {
      const why = secret === null ? null : await endOfSession(index, alias, secret);
      throw why === null ? notOpen() : overProblem(why);
    }
    if (share.signIn !== null) {
      const person = await signedIn(req);
      if (person === null || person.id !== share.signIn.personId || !fitsSignIn(share.signIn, person))
        throw notOpen();
      actsInShare(res, share.id);
    }
    Object.assign(res.locals, { caller: callerOfShare(share) });
    return share;
  };
}

/** Who looks at a share: reads, in one hospital, and what {@link isReached} lets through. */
function callerOfShare(share: OpenedShare): Caller {
  const { signIn } = share;
  return {
    ...(signIn === null
      ? { kind: 'share', id: share.id, displayName: share.alias }
      : { kind: 'person', id: signIn.personId, displayName: signIn.personName }),
    rights: { read: [share.hospital] },
    // Patients and who cares for them look at their own wish; a colleague is asked about a treatment.
    purpose: share.audience === 'colleague' ? 'TREAT' : 'PATRQT',
    storesFor: null,
    account: null,
    sessionExpiresAt: share.expiresAt,
  };
}

/**
 * Stands before the DICOMweb features below `/shares/{alias}/dicomweb`: the session of the share is the caller, its hospital
 * the root, and only what it reaches goes on. Answers under way end when the share does.
 */
export function sharedRoot(parts: Parts & Pick<ServerParts, 'audit'>, watch: ShareWatch) {
  const openedShare = shareOf(parts);
  const signedIn = new CallerWatch();
  const openerNow = async (req: Request, res: Response): Promise<Caller | null> => {
    try {
      await openedShare(req, res);
      return callerOf(res);
    } catch (error) {
      if (error instanceof HttpProblem) return null;
      throw error;
    }
  };
  return async (req: Request, res: Response, next: NextFunction): Promise<void> => {
    const share = await openedShare(req, res);
    const isReading = req.method === 'GET' || req.method === 'HEAD';
    if (!isReading || !isReached(share, req.path, queryParameters(req.originalUrl))) {
      const about = { hospital: share.hospital, detail: { share: share.id } };
      auditRefusal(parts, req, res, 'outside-share', about);
      throw notThere();
    }
    const root: DicomwebRoot = {
      hospital: share.hospital,
      url: `${serverUrl(req, parts.config)}/shares/${share.alias}/dicomweb`,
      shownSeries: seriesOf(share, req.path),
      watermark: share.watermark ? watermarkLines(share) : null,
    };
    Object.assign(res.locals, { dicomwebRoot: root });
    watch.add(share.id, res);
    // Who had to sign in has to be signed in to the end.
    if (share.signIn !== null)
      signedIn.add(JSON.stringify([req.get('authorization'), req.get('cookie')]), res, () =>
        openerNow(req, res),
      );
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
