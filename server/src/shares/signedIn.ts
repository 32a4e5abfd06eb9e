import type { ShareOpener } from '@hutong/storage-config';
import type { Request } from 'express';
import { trialCaller } from '../auth/callers.ts';
import { callerNow } from '../auth/stillValid.ts';
import { hospitalsWith, type ServerParts } from '../context.ts';

/** Looks up the person with a session that a request comes from; null: nobody is signed in, or only a machine. */
export function signedInPerson(parts: Pick<ServerParts, 'index' | 'config'>) {
  const { config } = parts;
  const find = callerNow(parts);
  // Where nobody signs in, nobody is known.
  if (config.auth === 'off') return (): Promise<ShareOpener | null> => Promise.resolve(null);
  const nobody = trialCaller(config.defaultHospital);
  return async (req: Request): Promise<ShareOpener | null> => {
    const caller = await find(req, nobody);
    if (caller?.kind !== 'person') return null;
    return { id: caller.id, name: caller.displayName, hospitals: hospitalsWith(caller, 'read') };
  };
}
