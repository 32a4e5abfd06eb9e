import type { Request } from 'express';
import { type Caller, holds, type ServerParts } from '../context.ts';
import { createCallerLookup } from './callers.ts';
import { credentialsOf } from './credentials.ts';
import { keyUseOf } from './keyUse.ts';
import { actingAs, PURPOSE_HEADER, purposesOf } from './purposes.ts';

/**
 * Who the credential of a request that goes on for long stands for now: its session may have been ended, its key revoked,
 * what was opened to it be over meanwhile. null: it would not be let in any more.
 */
export function callerNow({ index, config }: Pick<ServerParts, 'index' | 'config'>) {
  const find = createCallerLookup(index, config);
  return async (req: Request, before: Caller): Promise<Caller | null> => {
    if (config.auth === 'off') return before;
    const credentials = credentialsOf(req);
    // A stream that goes on is no work of a person.
    if (credentials.kind === 'session') credentials.inUse = false;
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
    return holds(acting, 'read') ? acting : null;
  };
}
