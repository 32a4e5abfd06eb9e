/**
 * Where the list was left: the portal keeps its filters in this tab's memory. They hold no patient's data.
 */
const listQuery = 'hutong.worklist.query';

/** Address of the study list with the filters the reader came from. */
export function listAddress(): string {
  try {
    const query = sessionStorage.getItem(listQuery) ?? '';
    return query === '' ? '/' : `/?${new URLSearchParams(query).toString()}`;
  } catch {
    return '/';
  }
}
