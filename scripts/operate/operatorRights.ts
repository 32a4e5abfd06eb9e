import { type Author, AuditWriter, NOBODYS } from '@hutong/storage-config';
import type { Pool } from 'pg';
import { createLog } from './log.ts';
import { operatorName } from './operatorAct.ts';

/** Who carries out a command, as the author of what it changes. */
export function operatorAuthor(command: string): Author {
  return { kind: 'system', id: `operator:${operatorName()}`, name: `hutong ${command}` };
}

/**
 * Records what a command changed of somebody's rights, beside the record of the command itself.
 *
 * @param detail what was changed; never a password or a secret
 */
export async function recordRights(
  index: Pool,
  author: Author,
  hospital: string | null,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  const writer = new AuditWriter(index, createLog('error', 'hutong'));
  try {
    await writer.record({
      action: 'rights',
      outcome: 'success',
      actor: { ...author, address: '', purpose: 'HOPERAT' },
      subject: { ...NOBODYS, hospital: hospital ?? '' },
      count: 1,
      requestId: '',
      detail,
    });
  } finally {
    await writer.stop();
  }
}
