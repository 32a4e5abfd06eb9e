/** Shares of a study: the portal's questions and orders to the server. */
import { queryOptions } from '@tanstack/react-query';
import type { MadeShareBody, NewShareBody, ShareDetail, SharesPage } from '@hutong/server/contract/shares';
import type { Copy } from './corrections.ts';
import { getJson, queryOf, remove, sendJson } from './http.ts';

/** The shares of one hospital's copy of a study, newest first. */
export const sharesQuery = ({ hospital, study }: Copy) =>
  queryOptions({
    queryKey: ['shares', hospital, study],
    queryFn: ({ signal }) =>
      getJson<SharesPage>(`/api/shares${queryOf({ hospital, study, limit: '200' })}`, signal),
  });

/** A share with who opened it. */
export const shareQuery = (id: string) =>
  queryOptions({
    queryKey: ['share', id],
    queryFn: ({ signal }) => getJson<ShareDetail>(`/api/shares/${encodeURIComponent(id)}`, signal),
  });

/** Makes a share. Its link and code are in this answer and in no later one. */
export async function makeShare(wanted: NewShareBody): Promise<MadeShareBody> {
  const made = await sendJson<MadeShareBody>('POST', '/api/shares', wanted);
  if (made === null) throw new Error('The server made a share and told no link');
  return made;
}

/** Ends a share at once, for those too who look at it now. */
export const revokeShare = (id: string): Promise<void> => remove(`/api/shares/${encodeURIComponent(id)}`);
