import { createHash } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import { acceptableRanges, negotiate, notAcceptable, type Representation } from '../dicomweb/accept.ts';
import { HttpProblem, problem } from '../problem.ts';
import { resourceFinder, type Resource } from '../resources.ts';
import { capabilitiesOf, type MethodDescription, wadlXml } from './wadl.ts';

/** Methods that any resource here answers. */
export const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
]);

/** Answers 501 to methods that no resource here has. */
export function refuseUnknownMethods(req: Request, _res: Response, next: NextFunction): void {
  if (METHODS.has(req.method)) {
    next();
    return;
  }
  throw new HttpProblem(
    501,
    'not-implemented',
    'No resource of this server answers this method.',
    '本服务不支持该请求方法。',
  );
}

function refuse(methods: readonly string[]): never {
  const list = methods.join(', ');
  throw problem('method-not-allowed', {
    detail: `This address answers ${list}.`,
    detailZh: `此地址支持的方法：${list}。`,
    headers: { Allow: list },
  });
}

/**
 * Answers OPTIONS and wrong methods of known resources of the API (405 with Allow); everything else goes on. It says
 * nothing that the public description of the API does not say, so nobody is asked for a credential.
 */
export function methodsOf(resources: readonly Resource[]) {
  const find = resourceFinder(resources);
  return (req: Request, res: Response, next: NextFunction): void => {
    const resource = find(req.path);
    if (resource === null) next();
    else if (req.method === 'OPTIONS') res.set('Allow', resource.methods.join(', ')).status(204).end();
    else if (resource.methods.includes(req.method)) next();
    else refuse(resource.methods);
  };
}

const representation = (mediaType: string): Representation => ({
  mediaType,
  multipart: false,
  transferSyntax: null,
  coversDefaultSyntax: true,
});

/** What a description can be had as, the default first. */
export const CAPABILITIES_MEDIA_TYPES = [
  'application/vnd.sun.wadl+xml',
  'application/json',
  'application/dicom+json',
] as const;
const CAPABILITIES_REPRESENTATIONS = CAPABILITIES_MEDIA_TYPES.map(representation);

/**
 * The same for a DICOMweb root, where OPTIONS is the Retrieve Capabilities transaction (PS3.18 8.9): for the root itself
 * and for every resource below it, a description of what there is, made from the routers' own tables. `rootOf` is the
 * absolute URL of the root that was asked.
 */
export function retrieveCapabilities(
  resources: readonly Resource[],
  describe: (resource: Resource) => MethodDescription,
  rootOf: (req: Request) => string,
) {
  const find = resourceFinder(resources);
  return (req: Request, res: Response, next: NextFunction): void => {
    const isRoot = req.path === '/' || req.path === '';
    const resource = isRoot ? { path: null, methods: ['OPTIONS'] } : find(req.path);
    if (resource === null) next();
    else if (req.method === 'OPTIONS') {
      res.set('Allow', resource.methods.join(', '));
      send(req, res, () =>
        capabilitiesOf(resources, describe, { base: `${rootOf(req)}/`, target: resource.path }),
      );
    } else if (resource.methods.includes(req.method)) next();
    else refuse(resource.methods);
  };
}

function send(req: Request, res: Response, make: () => ReturnType<typeof capabilitiesOf>): void {
  const chosen = negotiate(
    acceptableRanges(req.get('accept'), req.query['accept']),
    CAPABILITIES_REPRESENTATIONS,
  );
  if (chosen === null) {
    throw notAcceptable(
      'Capabilities are described as application/vnd.sun.wadl+xml or application/json.',
      '服务能力说明仅以 application/vnd.sun.wadl+xml 或 application/json 提供。',
    );
  }
  const description = make();
  const text =
    chosen.mediaType === 'application/vnd.sun.wadl+xml' ? wadlXml(description) : JSON.stringify(description);
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  res.set({ 'Cache-Control': 'no-cache', ETag: etag, Vary: 'Accept' });
  const known = (req.get('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(etag) || known.includes('*')) {
    res.status(304).end();
    return;
  }
  // Not by `type`, which would add a charset that these media types do not have.
  res.setHeader('Content-Type', chosen.mediaType);
  res.end(text);
}
