import type pg from 'pg';
import { endGrantsOf } from '../identity/records.ts';
import { endSessionsOf } from './account.ts';
import { forgetDevices } from './knownDevices.ts';

/**
 * Signs an account out everywhere: sessions, what they granted to other applications, and browsers that were remembered.
 *
 * @param but secret of the one session that goes on
 * @returns how many sessions ended
 */
export async function endEverything(
  client: pg.Pool | pg.PoolClient,
  accountId: string,
  but: string | null = null,
): Promise<number> {
  const ended = await endSessionsOf(client, accountId, but);
  await endGrantsOf(client, accountId);
  await forgetDevices(client, accountId);
  return ended;
}
