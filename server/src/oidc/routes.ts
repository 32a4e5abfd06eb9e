import type { NextFunction, Request, Response } from 'express';
import { Router } from 'express';
import { ISSUER_PATH, SCOPE_PREFIX } from '../auth/bearerToken.ts';
import { SCOPES } from '@hutong/storage-config';
import type { ServerParts } from '../context.ts';
import { problem } from '../problem.ts';
import { limitBodyTime } from '../requestBody.ts';
import { mountedAt } from '../requestLog.ts';
import { interactionRoutes } from './interactionRoutes.ts';
import { Issuer } from './issuer.ts';
import { userinfo } from './userinfo.ts';

const DISCOVERY = '/.well-known/openid-configuration';

/**
 * The issuer, as the server mounts it at the root of its address: everything of OpenID Connect below `/oidc`, and where
 * programs look for its description. What it does not answer goes on: the pages of an interaction are the portal's.
 */
export function oidcRoutes(parts: ServerParts): Router {
  const router = Router();
  const issuer = new Issuer(parts);

  const withUrl = (req: Request, _res: Response, next: NextFunction): void => {
    if (issuer.urlOf(req) === null) throw notHere(parts);
    next();
  };

  /** The issuer believes what stands in these headers: they are set here, whatever came. */
  async function toProvider(req: Request, res: Response, path: string): Promise<void> {
    const url = issuer.urlOf(req);
    if (url === null) throw notHere(parts);
    const provider = await issuer.provider(url);
    const { protocol, host, pathname } = new URL(url);
    // Read while the header is there: what is counted and recorded has the address of the client, not of the proxy.
    Object.defineProperty(req, 'ip', { value: req.ip });
    delete req.headers['x-forwarded-for'];
    req.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    req.headers['x-forwarded-host'] = host;
    req.headers.host = host;
    req.url = path;
    req.originalUrl = `${pathname.replace(/\/$/, '')}${ISSUER_PATH}${path}`;
    await provider.callback()(req, res);
  }

  const well = [mountedAt(''), withUrl];
  for (const path of [
    DISCOVERY,
    '/.well-known/oauth-authorization-server/oidc',
    `${ISSUER_PATH}${DISCOVERY}`,
  ])
    router.get(path, ...well, (req, res) => toProvider(req, res, DISCOVERY));

  // SMART App Launch 2.2 §9: where a program that knows the address alone finds the issuer.
  router.get('/.well-known/smart-configuration', ...well, (req, res) => {
    const url = issuer.urlOf(req) ?? '';
    res.set({ 'Cache-Control': 'no-cache', 'Access-Control-Allow-Origin': '*' }).json({
      issuer: url + ISSUER_PATH,
      jwks_uri: `${url}${ISSUER_PATH}/jwks`,
      authorization_endpoint: `${url}${ISSUER_PATH}/auth`,
      token_endpoint: `${url}${ISSUER_PATH}/token`,
      introspection_endpoint: `${url}${ISSUER_PATH}/introspect`,
      revocation_endpoint: `${url}${ISSUER_PATH}/revoke`,
      grant_types_supported: ['authorization_code', 'client_credentials'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'private_key_jwt'],
      scopes_supported: [
        'openid',
        'profile',
        'offline_access',
        ...SCOPES.map((scope) => SCOPE_PREFIX + scope),
      ],
      capabilities: [
        'launch-standalone',
        'client-public',
        'client-confidential-symmetric',
        'client-confidential-asymmetric',
        'sso-openid-connect',
        'permission-offline',
      ],
    });
  });

  const own = Router();
  own.use(mountedAt(ISSUER_PATH), withUrl, limitBodyTime);
  own.use(interactionRoutes(parts, issuer));
  own.all('/userinfo', userinfo(parts, issuer));
  own.use(async (req, res, next) => {
    // Pages of an interaction are the portal's.
    if (/^\/interaction\/[\w-]+$/.test(req.path) && req.method === 'GET') {
      next('router');
      return;
    }
    await toProvider(req, res, req.url);
  });
  router.use(ISSUER_PATH, own);
  return router;
}

const notHere = ({ config, secrets }: ServerParts) =>
  problem(
    'not-found',
    config.oidcIssuer && secrets.usable
      ? {
          detail:
            'Tokens are not issued under this address. Set HUTONG_PUBLIC_URL to the address that people use.',
          detailZh: '此地址不签发令牌，请将 HUTONG_PUBLIC_URL 设为实际访问地址。',
        }
      : {},
  );
