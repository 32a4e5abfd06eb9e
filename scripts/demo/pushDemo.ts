import { sopInstanceUids, type DemoStudy } from '@hutong/test/factories';
import { availableParallelism } from 'node:os';

import { createRenderPool } from './renderPool.ts';
import { createHospitalClient, type HospitalClient } from './store.ts';

export interface PushOptions {
  /** Address of the server, without a slash at the end. */
  baseUrl: string;
  /** API key of each hospital. */
  hospitalKeys: Record<string, string>;
  studies: readonly DemoStudy[];
  baseDate: string;
  /** So many instances more are stored; bytes are 0 for those that were there already. */
  onStored?: (instances: number, bytes: number, study: DemoStudy) => void;
}

export interface PushResult {
  pushedInstances: number;
  skippedInstances: number;
  pushedBytes: number;
}

const BATCH = 16;
const AHEAD = 3;

interface Pending {
  study: DemoStudy;
  client: HospitalClient;
  skip: string[];
  missing: number;
}

/**
 * Renders the studies and stores them, each as its hospital, in batches through STOW-RS. What is stored already
 * is neither rendered nor sent.
 * @throws Error when a batch is refused or the server does not answer
 */
export async function pushDemo(options: PushOptions): Promise<PushResult> {
  const result: PushResult = { pushedInstances: 0, skippedInstances: 0, pushedBytes: 0 };
  const pending: Pending[] = [];
  for (const study of options.studies) {
    const key = options.hospitalKeys[study.hospitalCode];
    if (key === undefined) throw new Error(`no API key for hospital "${study.hospitalCode}"`);
    const client = createHospitalClient(options.baseUrl, key);
    const stored = await client.storedInstances(study.studyInstanceUid);
    const all = sopInstanceUids(study.spec);
    const skip = all.filter((uid) => stored.has(uid));
    result.skippedInstances += skip.length;
    options.onStored?.(skip.length, 0, study);
    if (skip.length < all.length) pending.push({ study, client, skip, missing: all.length - skip.length });
  }
  if (pending.length === 0) return result;
  // the longest first, so that both threads end together
  pending.sort((a, b) => b.missing - a.missing);
  const pool = createRenderPool(Math.min(4, Math.max(1, availableParallelism()), pending.length));
  try {
    await Promise.all(
      pending.map(({ study, client, skip }) =>
        pool.render(
          { key: study.key, baseDate: options.baseDate, skip, batchSize: BATCH, ahead: AHEAD },
          async (files) => {
            await client.store(study.studyInstanceUid, files);
            const bytes = files.reduce((sum, file) => sum + file.byteLength, 0);
            result.pushedInstances += files.length;
            result.pushedBytes += bytes;
            options.onStored?.(files.length, bytes, study);
          },
        ),
      ),
    );
  } finally {
    await pool.close();
  }
  return result;
}
