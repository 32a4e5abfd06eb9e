import type { Request } from 'express';
import { type Caller, holds, type ServerParts } from '../context.ts';
import { createCallerLookup } from './callers.ts';
import { credentialsOf } from './credentials.ts';
import { keyUseOf } from './keyUse.ts';
import { actingAs, PURPOSE_HEADER, purposesOf } from './purposes.ts';

/**
 * Who the credential of a request that goes on for long stands for now: its session may have been ended, its key revoked,
 * what was opened to it be over meanwhile. null: it would not be let in any more.
 *
 * @param believedMs how long a key or token that was looked up is believed
 * @param reading only who may read anything is let in
 * @param evenIdle a session that nobody works in meanwhile is open still
 */
export function callerNow(
  { index, config }: Pick<ServerParts, 'index' | 'config'>,
  {
    believedMs,
    reading = true,
    evenIdle = false,
  }: { believedMs?: number; reading?: boolean; evenIdle?: boolean } = {},
) {
  const find = createCallerLookup(index, config, believedMs);
  return async (req: Request, before: Caller): Promise<Caller | null> => {
    if (config.auth === 'off') return before;
    const credentials = credentialsOf(req);
    // A stream that goes on is no work of a person.
    if (credentials.kind === 'session') credentials.inUse = evenIdle ? 'evenIdle' : false;
    const caller = await find(credentials, keyUseOf(req, config));
    if (caller === null) return null;
    const asked = req.get(PURPOSE_HEADER);
    if (
      asked !== undefined &&
      caller.account !== null &&
      !purposesOf(caller.account.roles).some((one) => one === asked)
    )
      return null;
    const acting = actingAs(caller, asked, config.separateDuties);
    return !reading || holds(acting, 'read') ? acting : null;
  };
}
