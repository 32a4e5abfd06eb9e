/** What hospitals store and may store. */
import { queryOptions } from '@tanstack/react-query';
import type { QuotaBody, UsageBody } from '@hutong/server/contract/limits';
import { getJson, sendJson } from './http.ts';

export const usageQuery = queryOptions({
  queryKey: ['usage'],
  queryFn: ({ signal }) => getJson<UsageBody>('/api/usage', signal),
  refetchInterval: 60_000,
});

/** @param maxBytes null lifts the limit */
export async function setQuota(hospital: string, maxBytes: number | null): Promise<void> {
  const body: QuotaBody = { maxBytes };
  await sendJson('PUT', `/api/usage/${encodeURIComponent(hospital)}`, body);
}
