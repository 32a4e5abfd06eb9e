import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from 'jose';

/** What a provider does that does not keep to the rules; what is absent is as it should be. */
export interface Misbehaviour {
  /** Claims of the ID token in place of the right ones; undefined leaves one out. */
  claims?: Record<string, unknown>;
  /** Signs with a key that is not among the published ones. */
  foreignKey?: boolean;
  /** No signature at all. */
  algNone?: boolean;
  /** Signed by the secret of the client. */
  hmac?: boolean;
  /** Metadata in place of the right ones. */
  metadata?: Record<string, unknown>;
  /** Answers of the token endpoint in place of tokens. */
  answer?: { status: number; headers?: Record<string, string>; body: string };
  /** Claims of an access token that is a JWT; a word without meaning when absent. */
  accessClaims?: JWTPayload;
  /** Signs with a new key, published from now on. */
  rotate?: boolean;
  /** Published beside its own key. */
  furtherKeys?: Record<string, unknown>[];
  /** Paths that are taken and never answered. */
  silentAt?: string[];
}

export interface HostileProvider {
  url: string;
  misbehave(how: Misbehaviour): Promise<void>;
  /** A token signed by its present key. */
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>;
  /** Paths that were asked. */
  asked: string[];
  close(): Promise<void>;
}

const CLIENT_SECRET = 'a secret of the tests, long enough for a key';

/** Starts an OpenID provider that signs everybody in, and breaks the rules it is told to break. */
export async function startHostileProvider(subject = 'hostile-subject'): Promise<HostileProvider> {
  let how: Misbehaviour = {};
  let key = await aKey();
  const foreign = await aKey();
  const nonces = new Map<string, string>();
  const asked: string[] = [];
  let url = '';

  async function idToken(code: string): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const claims: JWTPayload = {
      iss: url,
      aud: 'hutong',
      sub: subject,
      iat: now,
      exp: now + 300,
      nonce: nonces.get(code),
      preferred_username: 'mallory',
      realm_access: { roles: ['hutong-radiologist'] },
      hospital: ['a'],
      ...how.claims,
    };
    const given = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
    if (how.algNone === true) return new UnsecuredJWT(given).encode();
    if (how.hmac === true)
      return new SignJWT(given)
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(CLIENT_SECRET));
    return sign(given);
  }
  function sign(claims: JWTPayload, header: Record<string, unknown> = {}): Promise<string> {
    const { id, signing } = how.foreignKey === true ? foreign : key;
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: how.foreignKey === true ? key.id : id, ...header })
      .sign(signing);
  }

  const server = createServer((req, res) => {
    const at = new URL(req.url ?? '/', url);
    asked.push(at.pathname);
    if (how.silentAt?.includes(at.pathname) === true) return;
    const json = (body: unknown): void => {
      res.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    };
    const answer = async (): Promise<void> => {
      switch (at.pathname) {
        case '/.well-known/openid-configuration': {
          json({
            issuer: url,
            authorization_endpoint: `${url}/authorize`,
            token_endpoint: `${url}/token`,
            jwks_uri: `${url}/keys`,
            response_types_supported: ['code'],
            subject_types_supported: ['public'],
            id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
            ...how.metadata,
          });
          return;
        }
        case '/authorize': {
          const code = randomUUID();
          nonces.set(code, at.searchParams.get('nonce') ?? '');
          const back = new URL(at.searchParams.get('redirect_uri') ?? '');
          back.searchParams.set('code', code);
          back.searchParams.set('state', at.searchParams.get('state') ?? '');
          res.writeHead(302, { location: back.href }).end();
          return;
        }
        case '/token': {
          let body = '';
          for await (const chunk of req) body += String(chunk);
          if (how.answer !== undefined) {
            res.writeHead(how.answer.status, how.answer.headers).end(how.answer.body);
            return;
          }
          const code = new URLSearchParams(body).get('code') ?? '';
          json({
            access_token:
              how.accessClaims === undefined ? 'opaque' : await sign({ iss: url, ...how.accessClaims }),
            token_type: 'Bearer',
            expires_in: 60,
            id_token: await idToken(code),
          });
          return;
        }
        case '/keys': {
          json({ keys: [...(how.furtherKeys ?? []), key.published] });
          return;
        }
        default:
          res.writeHead(404).end();
      }
    };
    answer().catch((error: unknown) => {
      res.writeHead(500).end(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    sign,
    async misbehave(next) {
      how = next;
      if (next.rotate === true) key = await aKey();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function aKey(): Promise<{ id: string; signing: CryptoKey; published: object }> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const id = randomUUID();
  return {
    id,
    signing: privateKey,
    published: { ...(await exportJWK(publicKey)), kid: id, use: 'sig', alg: 'RS256' },
  };
}
