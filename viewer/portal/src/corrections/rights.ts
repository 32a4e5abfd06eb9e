import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../api/queries.ts';

/** Whether the caller may correct and delete what a hospital stored. */
export function useMayCorrect(hospital: string): boolean {
  const { data } = useQuery(sessionQuery);
  if (data?.scopes.includes('correct') !== true) return false;
  return data.correctableHospitals?.includes(hospital) ?? true;
}

/** Days that what was deleted can be recovered; 0: for ever. null until it is known. */
export function useKeepDays(): number | null {
  const { data } = useQuery(sessionQuery);
  return data?.deletedKeepDays ?? null;
}
