import type { Request } from 'express';
import { holds, type ServerParts } from '../context.ts';
import { createCallerLookup } from './callers.ts';
import { credentialsOf } from './credentials.ts';
import { keyUseOf } from './keyUse.ts';

/**
 * Asks whether the credential of a request that goes on for long would still be let in: its session was not ended and
 * its key not revoked meanwhile.
 */
export function credentialCheck({ index, config }: Pick<ServerParts, 'index' | 'config'>) {
  const find = createCallerLookup(index, config);
  return async (req: Request): Promise<boolean> => {
    if (config.auth === 'off') return true;
    const caller = await find(credentialsOf(req), keyUseOf(req, config));
    return caller !== null && holds(caller, 'read');
  };
}
