import { createHash } from 'node:crypto';
import { findApiKey, findSession, type ApiKey, type HutongConfig } from '@hutong/storage-config';
import type { Pool } from 'pg';
import type { Caller } from '../context.ts';
import { createBearerLookup } from './bearer.ts';
import { isJwt } from './bearerToken.ts';
import type { Credentials } from './credentials.ts';
import { createExternalTokenLookup } from './externalToken.ts';
import { type KeyUse, mayBeUsed, NOWHERE } from './keyUse.ts';
import { actingFor, under } from './purposes.ts';
import { pendingOf } from './pending.ts';
import { rightsIn, rightsOf } from './rights.ts';

/** How long a key or token that was looked up is believed, in milliseconds: a revoked one ends at most this much later. */
const BELIEVED_MS = 2000;
const KEYS_REMEMBERED = 1000;

/** Who came by a sign-in link: whoever can print one may do everything at the command line as well. */
const REGION_ADMINISTRATOR = [{ role: 'administrator', hospital: null }] as const;

/** The caller of a trial without credentials: everything may be read, stores go to the default hospital. */
export function trialCaller(defaultHospital: string): Caller {
  return {
    kind: 'trial',
    id: 'trial',
    displayName: '试用 Trial',
    rights: rightsIn(
      [
        'store',
        'read',
        'correct',
        'review',
        'share',
        'export',
        'metrics',
        'registry',
        'recognise',
        'orders',
        'persons',
        'figures',
      ],
      null,
    ),
    purpose: 'TREAT',
    storesFor: defaultHospital,
    account: null,
    sessionExpiresAt: null,
  };
}

function machine(key: ApiKey): Caller {
  return {
    kind: 'machine',
    id: key.id,
    displayName: key.label,
    // A hospital's key is for what its hospital stored; a key of the region for all.
    rights: rightsIn(key.scopes, key.hospitalCode === null ? null : [key.hospitalCode]),
    purpose: key.purpose,
    storesFor: key.scopes.includes('store') ? key.hospitalCode : null,
    account: null,
    sessionExpiresAt: null,
  };
}

/** Turns credentials into callers; remembers keys for a while, for machines ask hundreds of times a second. */
export function createCallerLookup(
  index: Pool,
  config: Pick<HutongConfig, 'separateDuties' | 'signIn' | 'publicUrl' | 'oidcIssuer'>,
  believedMs = BELIEVED_MS,
): (credentials: Credentials, use?: KeyUse) => Promise<Caller | null> {
  const { separateDuties, signIn } = config;
  const byOwnToken = config.oidcIssuer
    ? createBearerLookup(index, config, believedMs)
    : () => Promise.resolve(null);
  const byExternalToken = createExternalTokenLookup(index, config, believedMs);
  const byToken = async (token: string) => (await byOwnToken(token)) ?? byExternalToken(token);
  const remembered = new Map<string, { caller: Caller; key: ApiKey; until: number }>();

  async function byKey(secret: string, use: KeyUse): Promise<Caller | null> {
    // Secrets themselves are not kept in memory longer than the request.
    const digest = createHash('sha256').update(secret).digest('base64');
    const known = remembered.get(digest);
    if (known !== undefined && known.until > performance.now())
      return mayBeUsed(known.key, use) ? known.caller : null;
    remembered.delete(digest);
    const key = await findApiKey(index, secret, {
      address: use.address,
      mayBe: (found) => mayBeUsed(found, use),
    });
    if (key === null) return null;
    const caller = machine(key);
    if (remembered.size >= KEYS_REMEMBERED) remembered.clear();
    remembered.set(digest, { caller, key, until: performance.now() + believedMs });
    return caller;
  }

  async function bySession({
    secret,
    inUse,
  }: Extract<Credentials, { kind: 'session' }>): Promise<Caller | null> {
    const session = await findSession(index, secret, inUse);
    if (session === null) return null;
    const { account } = session;
    const pending = pendingOf(session, signIn);
    const roles = account?.roles ?? REGION_ADMINISTRATOR;
    const caller: Caller = {
      kind: 'person',
      id: session.subject,
      displayName: account?.displayName ?? session.subject,
      purpose: 'HOPERAT',
      storesFor: null,
      // Whoever has to choose a password first, or to show a second factor, may do nothing else.
      rights: pending === null ? rightsOf(roles, separateDuties) : {},
      account:
        account === null
          ? null
          : { id: account.id, roles, passwordGiven: pending !== null, pending, access: session.access },
      sessionExpiresAt: session.expiresAt,
      session: {
        id: session.id,
        idleEndsAt: session.idleEndsAt,
        method: session.method,
        provider: session.provider,
      },
    };
    return under(caller, actingFor(roles, session.purpose), separateDuties);
  }

  return async (credentials, use = NOWHERE) => {
    switch (credentials.kind) {
      case 'key':
        return isJwt(credentials.secret) ? byToken(credentials.secret) : byKey(credentials.secret, use);
      case 'session':
        return bySession(credentials);
      case 'malformed':
      case 'none':
        return null;
    }
  };
}
