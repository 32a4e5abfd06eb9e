import { useQuery } from '@tanstack/react-query';
import { mayIn } from '../session/rights.ts';
import { sessionQuery } from '../api/queries.ts';

/** Whether the caller may share what a hospital stores. */
export function useMayShare(hospital: string): boolean {
  const { data } = useQuery(sessionQuery);
  return mayIn(data, 'share', hospital);
}
