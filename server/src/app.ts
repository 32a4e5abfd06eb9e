import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import { crossOrigin } from './capabilities/crossOrigin.ts';
import { methodsOf, refuseUnknownMethods, retrieveCapabilities } from './capabilities/methods.ts';
import { refuseMalformedTargets, serverWideRequests } from './capabilities/requestTarget.ts';
import type { MethodDescription } from './capabilities/wadl.ts';
import { auditRefusal } from './audit/audit.ts';
import { authenticate, requireScope } from './auth/authenticate.ts';
import { credentialsOf, HOST_COOKIES } from './auth/credentials.ts';
import { loopbackOnly, serverUrl } from './auth/origin.ts';
import { callerIfAny, type DicomwebRoot, type ServerParts } from './context.ts';
import { capabilityRoutes } from './fhir/capabilityStatement.ts';
import type { FhirFeature } from './fhirResources/feature.ts';
import { asOperationOutcomes, jsonAlone } from './fhirResources/outcome.ts';
import { healthRoutes } from './health/routes.ts';
import { RequestLimits } from './limits/requestLimits.ts';
import { ServerMetrics } from './metrics/serverMetrics.ts';
import { metricsRoutes } from './metrics/routes.ts';
import { HttpProblem, problem, problemHandler } from './problem.ts';
import { mountedAt, requestLog } from './requestLog.ts';
import { dropUnreadBody, holdBody } from './requestBody.ts';
import { type Resource, resourcesOf } from './resources.ts';
import { securityHeaders } from './securityHeaders.ts';
import { sessionRoutes } from './session/routes.ts';
import { sharedRoot } from './shares/sharedRoot.ts';
import { ShareWatch } from './shares/shareWatch.ts';
import { staticFiles } from './staticFiles.ts';

/** Routers of the features, each with paths relative to where it is mounted. */
export interface Features {
  /** Below a DICOMweb root: store, search, retrieve. */
  dicomweb: readonly Router[];
  /** At `/wado`, on the region's root: WADO-URI. */
  wadoUri: readonly Router[];
  /** Below `/api`, for callers who may read. */
  api: readonly Router[];
  /** Below `/api`, for callers who need not read patients; each route asks for its own scope. */
  managed: readonly Router[];
  /** Below `/fhir`, for callers who show a credential; each route asks for its own scope. */
  fhir: readonly FhirFeature[];
  /** Below `/api`, for everyone; nothing about patients or studies. */
  publicApi: readonly Router[];
  /** Below `/shares/{alias}`, for who opened the share. */
  shared: readonly Router[];
  /** At the address itself, for everyone: the issuer of tokens. */
  root: readonly Router[];
  /** At `/cds-services`: who asks is found out there, and then held to the bounds of a caller. */
  cdsHooks: (bounds: RequestHandler) => Router;
  /** What a method of a DICOMweb resource takes and gives, for the capabilities description. */
  describe: (resource: Resource) => MethodDescription;
}

/** Folders of the built web apps. */
export interface ViewerDirectories {
  portal: string;
  ohif: string;
}

export interface AppParts extends ServerParts {
  features: Features;
  viewerDirectories: ViewerDirectories;
}

const HOSPITAL_CODE = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** The root that is asked: the region's, or one hospital's (DESIGN: two roots). @throws HttpProblem 400, 404 */
function askedRoot(req: Request, config: ServerParts['config']): DicomwebRoot {
  const { hospital } = req.params as { hospital?: string };
  if (hospital !== undefined && !HOSPITAL_CODE.test(hospital)) throw problem('not-found');
  const base = serverUrl(req, config);
  return hospital === undefined
    ? { hospital: null, url: `${base}/dicomweb` }
    : { hospital, url: `${base}/hospitals/${hospital}/dicomweb` };
}

/** Keeps the root that was asked for `rootOf`. */
function dicomwebRoot({ config }: Pick<ServerParts, 'config'>) {
  return (req: Request, res: Response, next: NextFunction): void => {
    (res.locals as { dicomwebRoot?: DicomwebRoot }).dicomwebRoot = askedRoot(req, config);
    next();
  };
}

const requireRead = requireScope('read');
const requireStore = requireScope('store');
const requireCorrect = requireScope('correct');

/** Storing and deleting need their own scopes, everything else reads. */
function requireScopeOfMethod(req: Request, res: Response, next: NextFunction): void {
  if (req.method === 'POST') requireStore(req, res, next);
  else if (req.method === 'DELETE') requireCorrect(req, res, next);
  else requireRead(req, res, next);
}

/** Records that a known caller was refused; who shows no valid credential is recorded where that is found out. */
function noteRefusals(parts: ServerParts) {
  return (error: unknown, req: Request, res: Response, next: NextFunction): void => {
    if (error instanceof HttpProblem && error.status === 403 && callerIfAny(res) !== null)
      auditRefusal(parts, req, res, error.code);
    next(error);
  };
}

/** Whoever shows credentials that are none, again and again, is told to wait. */
function slowGuessing(limits: RequestLimits) {
  return async (error: unknown, req: Request, _res: Response, next: NextFunction): Promise<void> => {
    if (error instanceof HttpProblem && error.status === 401 && credentialsOf(req).kind !== 'none')
      await limits.countWrongCredential(req);
    next(error);
  };
}

/** What no router answered below an address of programs. */
function nothingHere(): never {
  throw problem('not-found');
}

/**
 * Handlers of one address as one layer of the application: a request for another address is compared with it once and
 * not once for each handler, and one for this address loses and gets back its prefix once.
 */
const together = (...handlers: RequestHandler[]): Router => Router({ mergeParams: true }).use(...handlers);

/**
 * The gateway as an Express application: health, session and API, both DICOMweb roots, the viewer and the portal.
 * Authentication stands before every router that knows of patients; the routers take the caller from there.
 */
export function createApp(parts: AppParts): Express {
  const { config, log, features, viewerDirectories } = parts;
  const app = express();
  app.disable('x-powered-by');
  // Each stream of changes listens for the end of the server.
  app.setMaxListeners(0);
  app.set('trust proxy', config.trustProxy ? 1 : false);
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.set(HOST_COOKIES, config.publicUrl?.startsWith('https:') ?? false);

  const metrics = new ServerMetrics(parts);
  const limits = new RequestLimits(config, (kind) => metrics.refused(kind));
  const known = [authenticate(parts), limits.ofCaller];
  (app as NodeJS.EventEmitter).once('closing', () => metrics.close());
  app.use(
    requestLog(log, (line) => metrics.answered(line)),
    dropUnreadBody,
  );
  app.use(securityHeaders(config.publicUrl?.startsWith('https:') ?? false), serverWideRequests);
  if (config.auth === 'off') app.use(loopbackOnly);
  app.use(healthRoutes(parts));
  app.use('/fhir', together(mountedAt('/fhir'), asOperationOutcomes));
  app.use(
    ['/api', '/dicomweb', '/hospitals', '/wado', '/fhir', '/cds-services'],
    together(refuseUnknownMethods, crossOrigin(config), refuseMalformedTargets),
  );
  app.use('/shares', refuseMalformedTargets);

  app.use(['/oidc', '/api/sign-in', '/api/share-sessions', '/api/reminder-cards'], limits.ofAnybody);
  app.use('/oidc', limits.ofStranger);
  app.use(...features.root);
  const publicApi = [sessionRoutes(parts), ...features.publicApi];
  const api = methodsOf(resourcesOf([...publicApi, ...features.managed, ...features.api]));
  const ofCallers = [...known, ...features.managed, requireRead, ...features.api];
  app.use(
    '/api',
    together(mountedAt('/api'), api, limits.ofStranger, ...publicApi, ...ofCallers, nothingHere),
  );

  const resources = resourcesOf(features.dicomweb);
  const capabilities = retrieveCapabilities(
    resources,
    features.describe,
    (req) => askedRoot(req, config).url,
  );
  const dicomweb = [capabilities, holdBody, ...known, requireScopeOfMethod, dicomwebRoot(parts)];
  app.use('/dicomweb', together(mountedAt('/dicomweb'), ...dicomweb, ...features.dicomweb, nothingHere));
  const perHospital = '/hospitals/:hospital/dicomweb';
  app.use(perHospital, together(mountedAt(perHospital), ...dicomweb, ...features.dicomweb, nothingHere));
  const uriMethods = methodsOf(resourcesOf(features.wadoUri));
  const uri = [uriMethods, ...known, requireRead, dicomwebRoot(parts), ...features.wadoUri];
  app.use('/wado', together(mountedAt('/wado'), ...uri, nothingHere));
  const metadata = capabilityRoutes(features.fhir, parts);
  const fhir = features.fhir.map(({ router }) => router);
  const fhirMethods = methodsOf(resourcesOf([metadata, ...fhir]));
  app.use(
    '/fhir',
    together(fhirMethods, jsonAlone, limits.ofStranger, metadata, ...known, ...fhir, nothingHere),
  );
  const perShare = '/shares/:alias';
  const share = sharedRoot(parts, new ShareWatch(parts.index, log));
  app.use(
    `${perShare}/dicomweb`,
    together(mountedAt(`${perShare}/dicomweb`), share, limits.ofCaller, ...features.dicomweb, nothingHere),
  );
  app.use(perShare, together(mountedAt(perShare), limits.ofAnybody, ...features.shared, nothingHere));
  // `/shares` itself is a page of the portal.
  app.use(['/hospitals', '/shares/:alias'], nothingHere);
  const hooks = [limits.ofStranger, features.cdsHooks(limits.ofCaller)];
  app.use('/cds-services', together(mountedAt('/cds-services'), ...hooks, nothingHere));
  app.use('/metrics', together(mountedAt('/metrics'), ...known, metricsRoutes(metrics), nothingHere));

  const viewer = staticFiles({ folder: viewerDirectories.ohif, name: '影像浏览器', evaluates: true });
  app.use('/viewer', together(mountedAt('/viewer'), viewer, nothingHere));
  const frames = { page: 'reminder-card.html', origins: config.reminderFrameOrigins };
  app.use(mountedAt('/'), staticFiles({ folder: viewerDirectories.portal, name: '互通门户', frames }));
  app.use(nothingHere);
  app.use(noteRefusals(parts), slowGuessing(limits), problemHandler(log));
  return app;
}
