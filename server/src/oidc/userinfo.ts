import { findAccount, findClient } from '@hutong/storage-config';
import type { Request, Response } from 'express';
import { withoutPatients } from '../audit/audit.ts';
import { AccessTokenVerifier } from '../auth/bearerToken.ts';
import { credentialsOf } from '../auth/credentials.ts';
import type { ServerParts } from '../context.ts';
import { problem } from '../problem.ts';
import type { Issuer } from './issuer.ts';

/**
 * `/oidc/userinfo` (OpenID Connect Core §5.3): who the person of an access token is. Pages of the client that the token
 * was given to may ask from their own address.
 */
export function userinfo(parts: ServerParts, issuer: Issuer) {
  const verifier = new AccessTokenVerifier(parts.index, parts.config);
  return async (req: Request, res: Response): Promise<void> => {
    res.set('Cache-Control', 'no-store').vary('Origin');
    const origin = req.get('origin');
    if (req.method === 'OPTIONS') {
      // What the answer says decides; a preflight shows no token.
      if (origin !== undefined)
        res.set({
          'Access-Control-Allow-Origin': origin,
          'Access-Control-Allow-Methods': 'GET, POST',
          'Access-Control-Allow-Headers': 'Authorization',
        });
      res.status(204).end();
      return;
    }
    if (req.method !== 'GET' && req.method !== 'POST') throw problem('method-not-allowed');
    const credentials = credentialsOf(req);
    const token = credentials.kind === 'key' ? credentials.secret : '';
    const caller = token === '' ? null : await issuer.findBearer(token);
    const account = caller?.account ?? null;
    if (caller === null || account === null) throw notValid(token === '');
    const claims = await verifier.verify(token);
    const client = claims === null ? null : await findClient(parts.index, claims.client_id);
    const known = await findAccount(parts.index, account.id);
    if (client === null || known === null) throw notValid(false);
    if (
      origin !== undefined &&
      client.redirectUris.some((uri) => URL.canParse(uri) && new URL(uri).origin === origin)
    )
      res.set('Access-Control-Allow-Origin', origin);
    Object.assign(res.locals, { caller });
    withoutPatients(res);
    res.json({ sub: known.id, name: known.displayName, preferred_username: known.username });
  };
}

const notValid = (nothing: boolean) =>
  problem('unauthenticated', {
    headers: {
      'WWW-Authenticate': nothing ? 'Bearer realm="hutong"' : 'Bearer realm="hutong", error="invalid_token"',
    },
  });
