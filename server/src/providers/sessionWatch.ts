import {
  confirmCheck,
  type DueCheck,
  endUnconfirmed,
  postponeCheck,
  takeDueChecks,
} from '@hutong/storage-config';
import * as client from 'openid-client';
import type { Provider } from '../auth/provider.ts';
import { openProviders } from '../auth/providers.ts';
import type { ServerParts } from '../context.ts';
import { loggableError } from '../problem.ts';
import { checkSeconds, vouchedPerson } from './vouchedPerson.ts';

/** How often due sessions are looked for, in milliseconds. */
const EVERY_MS = 5000;
const AT_ONCE = 10;
/** A session whose provider has not answered for so long ends, in seconds. */
const UNCONFIRMED_SECONDS = 3600;

type Parts = Pick<ServerParts, 'index' | 'config' | 'secrets' | 'log' | 'audit'>;

/**
 * Asks providers, before the tokens that they gave end, whether their people are still valid, by a refresh that stands
 * for the session. A refused one ends the session; roles that changed there change here.
 */
export function watchProviderSessions(parts: Parts): { stop(): Promise<void> } {
  const providers = openProviders(parts);
  if (providers.size === 0) return { stop: () => Promise.resolve() };
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = checkDue(parts, providers)
      .catch((error: unknown) => {
        parts.log.warn({ error: loggableError(error) }, 'sessions of providers were not checked');
      })
      .finally(() => {
        busy = false;
      });
  }, EVERY_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

/** Checks the sessions that are due now. */
export async function checkDue(parts: Parts, providers: ReadonlyMap<string, Provider>): Promise<void> {
  for (;;) {
    const due = await takeDueChecks(parts.index, parts.secrets, AT_ONCE);
    await Promise.all(due.map((one) => check(parts, providers.get(one.provider), one)));
    if (due.length < AT_ONCE) return;
  }
}

async function check(parts: Parts, provider: Provider | undefined, due: DueCheck): Promise<void> {
  const { index, secrets, log } = parts;
  // A provider that the configuration names no more vouches for nobody.
  if (provider === undefined || provider.settings.issuer !== due.issuer)
    return end(parts, due, 'no such provider');
  try {
    const configuration = await provider.configuration();
    const tokens = await client.refreshTokenGrant(configuration, due.refreshToken);
    const vouched = await vouchedPerson(provider, tokens);
    if (vouched !== null && vouched.person.subject !== due.subject) {
      await end(parts, due, 'another person');
      return;
    }
    const kept = await confirmCheck(index, secrets, due, {
      refreshToken: tokens.refresh_token ?? due.refreshToken,
      checkSeconds: checkSeconds(tokens),
      person: vouched?.person ?? null,
    });
    if (!kept) log.info({ provider: due.provider }, 'a provider took the last role away');
  } catch (error) {
    const isRefused = error instanceof client.ResponseBodyError && error.error === 'invalid_grant';
    if (isRefused) return end(parts, due, 'refused by the provider');
    log.warn(
      { provider: due.provider, error: loggableError(error) },
      'a provider did not say whether a session is valid',
    );
    if (due.unconfirmedSeconds > UNCONFIRMED_SECONDS) return end(parts, due, 'the provider does not answer');
    await postponeCheck(index, due);
  }
}

async function end({ index, audit }: Parts, due: DueCheck, why: string): Promise<void> {
  await endUnconfirmed(index, due);
  await audit.record({
    action: 'signOut',
    outcome: 'success',
    actor: { kind: 'system', id: `provider:${due.provider}`, name: due.provider, address: '', purpose: '' },
    subject: { hospital: '', patientId: '', studyInstanceUid: '', seriesInstanceUid: '' },
    count: 1,
    requestId: '',
    detail: { what: 'session of a provider', why, username: due.username },
  });
}
