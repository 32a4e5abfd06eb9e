import {
  type ApplicationSession,
  forgetApplicationSession,
  LOGOUT_ATTEMPTS,
  takeEndedApplicationSessions,
} from '@hutong/storage-config';
import type { ServerParts } from '../context.ts';
import { loggableError } from '../problem.ts';
import { Issuer } from './issuer.ts';
import { tellSignedOut } from './provider.ts';

/** How often sessions that ended are looked for, in milliseconds. */
const EVERY_MS = 1000;
const AT_ONCE = 20;

type Parts = Pick<ServerParts, 'log' | 'index'>;

/**
 * Tells applications that somebody is signed in to no more (OpenID Connect Back-Channel Logout 1.0): signed out at the
 * portal or everywhere, disabled, not vouched for any more. No request waits for it; an application that does not answer
 * is told again, later and later.
 */
export function watchLogouts(parts: ServerParts): { stop(): Promise<void> } {
  const { config, secrets, log } = parts;
  if (!config.oidcIssuer || !secrets.usable) return { stop: () => Promise.resolve() };
  const issuer = new Issuer(parts);
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = tellEnded(parts, issuer)
      .catch((error: unknown) => {
        log.warn({ error: loggableError(error) }, 'applications were not told of sessions that ended');
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

async function tellEnded(parts: Parts, issuer: Issuer): Promise<void> {
  for (;;) {
    const ended = await takeEndedApplicationSessions(parts.index, AT_ONCE);
    await Promise.all(ended.map((one) => tell(parts, issuer, one)));
    if (ended.length < AT_ONCE) return;
  }
}

async function tell(
  { index, log }: Parts,
  issuer: Issuer,
  ended: ApplicationSession & { attempts: number },
): Promise<void> {
  const { clientId: client, attempts } = ended;
  try {
    await tellSignedOut(await issuer.provider(ended.url), ended);
  } catch (error) {
    const givenUp = attempts >= LOGOUT_ATTEMPTS;
    log.warn(
      { client, attempts, givenUp, error: loggableError(error) },
      'an application did not take that somebody signed out',
    );
    if (!givenUp) return;
  }
  await forgetApplicationSession(index, ended);
}
