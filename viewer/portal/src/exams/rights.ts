import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../api/queries.ts';

/** Whether the caller may map the exams of a hospital; null: of any at all. */
export function useMayMap(hospital: string | null): boolean {
  const { data } = useQuery(sessionQuery);
  if (data?.scopes.includes('review') !== true) return false;
  if (data.reviewableHospitals === null) return true;
  return hospital === null
    ? data.reviewableHospitals.length > 0
    : data.reviewableHospitals.includes(hospital);
}
