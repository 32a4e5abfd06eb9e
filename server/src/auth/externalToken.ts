import { createHash } from 'node:crypto';
import {
  externalAccount,
  findExternalAccount,
  type HutongConfig,
  inTransaction,
  type RoleGrant,
} from '@hutong/storage-config';
import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import type { Pool } from 'pg';
import type { Caller } from '../context.ts';
import { problem } from '../problem.ts';
import { needsSecondFactor } from './pending.ts';
import { type Provider, SIGNATURES } from './provider.ts';
import { personOf, showsSecondFactor } from './providerSettings.ts';
import { openProviders } from './providers.ts';
import { actingFor, under } from './purposes.ts';
import { rightsOf } from './rights.ts';

/** How long whom a token stands for is believed, in milliseconds; as long as a key. */
const CALLER_BELIEVED_MS = 2000;
const TOKENS_REMEMBERED = 2000;
const CLOCK_TOLERANCE_SECONDS = 30;

interface Remembered {
  provider: Provider;
  /** Verified once: neither the signature nor what it says changes. */
  payload: JWTPayload & { exp: number; sub: string };
  caller: Caller | null;
  until: number;
}

/** What is no access token though it has the same signature: ID and refresh tokens as Keycloak marks them. */
const OTHER_KINDS = new Set(['ID', 'Refresh', 'Offline', 'Logout']);

/**
 * Finds whom an access token of a provider of identity stands for, where the configuration lets its tokens in: for the
 * audience that it names. What it may is what both the token says and the account has now, so an old token gives back no
 * role that was taken away since.
 *
 * @throws HttpProblem 503 when the provider's keys cannot be had
 */
export function createExternalTokenLookup(
  index: Pool,
  config: Pick<HutongConfig, 'separateDuties' | 'signIn'>,
  believedMs = CALLER_BELIEVED_MS,
): (token: string) => Promise<Caller | null> {
  const providers = [...openProviders({ config }).values()].filter(
    ({ settings }) => settings.accessTokens !== undefined,
  );
  const remembered = new Map<string, Remembered>();

  return async (token) => {
    if (providers.length === 0) return null;
    const digest = createHash('sha256').update(token).digest('base64');
    let known = remembered.get(digest) ?? null;
    if (known === null) {
      known = await verified(providers, token);
      if (known === null) return null;
      await accountFor(index, known);
      if (remembered.size >= TOKENS_REMEMBERED) remembered.clear();
      remembered.set(digest, known);
    }
    if (known.payload.exp * 1000 <= Date.now()) {
      remembered.delete(digest);
      return null;
    }
    if (known.until > performance.now()) return known.caller;
    known.caller = await callerOfToken(index, known, config);
    known.until = performance.now() + believedMs;
    return known.caller;
  };
}

async function verified(providers: readonly Provider[], token: string): Promise<Remembered | null> {
  const issuer = issuerOf(token);
  const provider = providers.find(({ settings }) => settings.issuer === issuer);
  const audience = provider?.settings.accessTokens?.audience;
  if (provider === undefined || audience === undefined) return null;
  try {
    const { payload, protectedHeader } = await jwtVerify(token, await provider.keys(), {
      issuer: provider.settings.issuer,
      audience,
      algorithms: SIGNATURES,
      requiredClaims: ['sub', 'exp', 'iat'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    const { sub, exp, nonce, events, typ } = payload;
    const type = protectedHeader.typ?.toLowerCase() ?? 'jwt';
    const isAccess =
      (type === 'jwt' || type === 'at+jwt') &&
      nonce === undefined &&
      events === undefined &&
      !OTHER_KINDS.has(String(typ));
    if (!isAccess || sub === undefined || exp === undefined) return null;
    return { provider, payload: { ...payload, sub, exp }, caller: null, until: 0 };
  } catch (error) {
    if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) return null;
    throw problem('unavailable', { headers: { 'Retry-After': '30' }, cause: error });
  }
}

/** What a token says of its issuer, before it is believed. */
function issuerOf(token: string): string | null {
  try {
    return decodeJwt(token).iss ?? null;
  } catch {
    return null;
  }
}

/** Makes the account of somebody who was never seen; of others nothing is changed by a token. */
async function accountFor(index: Pool, { provider, payload }: Remembered): Promise<void> {
  const person = personOf(provider.settings, payload.sub, payload);
  if ((await findExternalAccount(index, person)) !== null || person.roles.length === 0) return;
  await inTransaction(index, (client) => externalAccount(client, person));
}

async function callerOfToken(
  index: Pool,
  { provider, payload }: Remembered,
  { separateDuties, signIn }: Pick<HutongConfig, 'separateDuties' | 'signIn'>,
): Promise<Caller | null> {
  const person = personOf(provider.settings, payload.sub, payload);
  const account = await findExternalAccount(index, person);
  if (account === null || account.disabled) return null;
  const said = new Set(person.roles.map(nameOf));
  const roles = account.roles.filter((grant) => said.has(nameOf(grant)));
  const isPending = needsSecondFactor(roles, signIn) && !showsSecondFactor(provider.settings, payload);
  const caller: Caller = {
    kind: 'person',
    id: account.username,
    displayName: account.displayName,
    purpose: 'HOPERAT',
    storesFor: null,
    rights: isPending ? {} : rightsOf(roles, separateDuties),
    account: {
      id: account.id,
      roles,
      passwordGiven: isPending,
      pending: isPending ? 'secondFactor' : null,
      access: account.access,
      application: applicationOf(payload, provider),
    },
    sessionExpiresAt: new Date(payload.exp * 1000),
  };
  return under(caller, actingFor(roles, null), separateDuties);
}

/** A token is with an application: the one that the provider gave it to (RFC 9068 §2.2; `azp` of Keycloak and others). */
function applicationOf({ azp, client_id: clientId }: JWTPayload, { settings }: Provider): string {
  const name = [clientId, azp].find((each) => typeof each === 'string');
  return name === undefined ? settings.id : `${name.slice(0, 100)} (${settings.id})`;
}

const nameOf = ({ role, hospital }: RoleGrant): string => `${role}@${hospital ?? ''}`;
