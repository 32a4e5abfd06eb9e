import { fire, percentile, type Shot } from './load.ts';
import type { Usage } from './processCpu.ts';

export interface Measured {
  /** Operations a second. */
  rate: number;
  /** Milliseconds of a request. */
  p50: number;
  p95: number;
  /** Milliseconds of CPU an operation, over all processes of the system. */
  cpu: number;
  /** Largest resident memory of all its processes together, in megabytes. */
  memory: number;
  megabytesPerSecond: number;
}

const WARM_UP = 0.15;
const SAMPLE_MS = 250;

/** Fires a workload at one system and reads what its processes used meanwhile. */
export async function measure(
  {
    shot,
    requests,
    clients,
    operations = 1,
  }: {
    shot: (n: number) => Shot;
    requests: number;
    clients: number;
    operations?: number;
  },
  usage: () => Usage,
): Promise<Measured> {
  await fire(shot, Math.max(clients, Math.ceil(requests * WARM_UP)), clients);
  let memory = 0;
  const sampler = setInterval(() => (memory = Math.max(memory, usage().residentMegabytes)), SAMPLE_MS);
  const before = usage();
  const result = await fire(shot, requests, clients);
  const after = usage();
  clearInterval(sampler);
  return {
    rate: (requests * operations) / result.seconds,
    p50: percentile(result, 0.5),
    p95: percentile(result, 0.95),
    cpu: (after.cpuMs - before.cpuMs) / (requests * operations),
    memory: Math.max(memory, after.residentMegabytes),
    megabytesPerSecond: result.received / 1e6 / result.seconds,
  };
}
