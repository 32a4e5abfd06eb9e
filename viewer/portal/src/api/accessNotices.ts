/** How many openings in emergencies nobody has answered; apart from the page, for every page shows it. */
import { queryOptions } from '@tanstack/react-query';
import type { NoticesBody } from '@hutong/server/contract/access';
import { getJson } from './http.ts';

export const unreadNoticesQuery = queryOptions({
  queryKey: ['access', 'unread'],
  queryFn: async ({ signal }) => {
    const { unread } = await getJson<NoticesBody>('/api/access/notices?limit=1', signal);
    return unread;
  },
  refetchInterval: 60_000,
});
