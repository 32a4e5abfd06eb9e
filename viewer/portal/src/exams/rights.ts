import { useQuery } from '@tanstack/react-query';
import { holds, mayIn } from '../session/rights.ts';
import { sessionQuery } from '../api/queries.ts';

/** Whether the caller may map the exams of a hospital; null: of any at all. */
export function useMayMap(hospital: string | null): boolean {
  const { data } = useQuery(sessionQuery);
  return hospital === null ? holds(data, 'review') : mayIn(data, 'review', hospital);
}
