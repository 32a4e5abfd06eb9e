import { openShare } from './share.ts';

/**
 * Where the list was left: the portal keeps its filters in this tab's memory. They hold no patient's data.
 */
const listQuery = 'hutong.worklist.query';

/** Address of the study list with the filters the reader came from; inside a share that of the share's page. */
export function listAddress(): string {
  if (openShare !== null) return '/s';
  try {
    const query = sessionStorage.getItem(listQuery) ?? '';
    return query === '' ? '/' : `/?${new URLSearchParams(query).toString()}`;
  } catch {
    return '/';
  }
}
