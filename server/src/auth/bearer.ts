import {
  findTokenMachine,
  findTokenPerson,
  SCOPES,
  type HutongConfig,
  type Scope,
  type TokenMachine,
} from '@hutong/storage-config';
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { Caller } from '../context.ts';
import { type AccessTokenClaims, AccessTokenVerifier, SCOPE_PREFIX } from './bearerToken.ts';
import { pendingOf } from './pending.ts';
import { actingFor, under } from './purposes.ts';
import { rightsIn, rightsOf } from './rights.ts';

/** How long whom a token stands for is believed, in milliseconds; as long as a key. */
const CALLER_BELIEVED_MS = 2000;
/** How long a signature is believed without being verified again: keys may be ended at once. */
const SIGNATURE_BELIEVED_MS = 30_000;
const TOKENS_REMEMBERED = 2000;

interface Remembered {
  claims: AccessTokenClaims;
  verifiedUntil: number;
  caller: Caller | null;
  until: number;
}

/** Scopes of the gateway that a token names. */
export function scopesOf({ scope }: Pick<AccessTokenClaims, 'scope'>): Scope[] {
  const named = new Set(scope.split(' '));
  return SCOPES.filter((one) => named.has(SCOPE_PREFIX + one));
}

/**
 * Finds whom an access token of this server's issuer stands for: a person with what the account may do now and the token
 * allows, or a machine. Signatures are verified twice a minute for each token; the account, the grant and the client
 * are looked up again every two seconds, so that what was ended ends.
 */
export function createBearerLookup(
  index: Pool,
  config: Pick<HutongConfig, 'publicUrl' | 'separateDuties' | 'signIn'>,
  believedMs = CALLER_BELIEVED_MS,
): (token: string) => Promise<Caller | null> {
  const verifier = new AccessTokenVerifier(index, config);
  // By digest: tokens themselves are not kept in memory longer than the request.
  const remembered = new Map<string, Remembered>();

  return async (token) => {
    const digest = createHash('sha256').update(token).digest('base64');
    let known = remembered.get(digest);
    if (known !== undefined && known.until > performance.now() && !hasExpired(known.claims))
      return known.caller;
    if (known === undefined || known.verifiedUntil <= performance.now()) {
      remembered.delete(digest);
      const claims = await verifier.verify(token);
      if (claims === null) return null;
      known = { claims, verifiedUntil: performance.now() + SIGNATURE_BELIEVED_MS, caller: null, until: 0 };
      if (remembered.size >= TOKENS_REMEMBERED) remembered.clear();
      remembered.set(digest, known);
    } else if (hasExpired(known.claims)) {
      remembered.delete(digest);
      return null;
    }
    known.caller = await callerOfClaims(index, known.claims, config);
    known.until = performance.now() + believedMs;
    return known.caller;
  };
}

const hasExpired = ({ exp }: AccessTokenClaims): boolean => exp * 1000 <= Date.now();

async function callerOfClaims(
  index: Pool,
  claims: AccessTokenClaims,
  { separateDuties, signIn }: Pick<HutongConfig, 'separateDuties' | 'signIn'>,
): Promise<Caller | null> {
  const { client_id: clientId, jti, kid, grant: grantId, sub: accountId } = claims;
  if (grantId === undefined) {
    const found = await findTokenMachine(index, { clientId, jti, kid });
    return found === null ? null : machine(found, claims);
  }
  const found = await findTokenPerson(index, { clientId, jti, kid, grantId, accountId });
  if (found === null) return null;
  const { account, client, secondFactor } = found;
  const { roles } = account;
  // A grant outlives roles and rules: what a session would have to show first, who gave it has to have shown.
  const method = account.passwordAgeSeconds === null ? 'provider' : 'password';
  const pending = pendingOf({ account, method, secondFactor }, signIn);
  const allowed = scopesOf(claims).filter((scope) => client.scopes.includes(scope));
  const caller: Caller = {
    kind: 'person',
    id: account.username,
    displayName: account.displayName,
    // Whoever has to choose a password first, or to show a second factor, may do nothing else.
    rights: pending !== null || allowed.length === 0 ? {} : rightsOf(roles, separateDuties),
    purpose: 'HOPERAT',
    storesFor: null,
    account: {
      id: account.id,
      roles,
      passwordGiven: pending !== null,
      pending,
      access: found.access,
      allowed,
      application: client.name,
    },
    sessionExpiresAt: new Date(claims.exp * 1000),
  };
  return under(caller, actingFor(roles, null), separateDuties);
}

function machine(found: TokenMachine, claims: AccessTokenClaims): Caller {
  const scopes = scopesOf(claims).filter((scope) => found.scopes.includes(scope));
  return {
    kind: 'machine',
    id: found.id,
    displayName: found.name,
    rights: rightsIn(scopes, found.hospitalCode === null ? null : [found.hospitalCode]),
    purpose: found.purpose,
    storesFor: scopes.includes('store') ? found.hospitalCode : null,
    account: null,
    sessionExpiresAt: new Date(claims.exp * 1000),
  };
}
