import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../api/queries.ts';

/** Whether the caller may share what a hospital stores. */
export function useMayShare(hospital: string): boolean {
  const { data } = useQuery(sessionQuery);
  if (data?.scopes.includes('share') !== true) return false;
  return data.shareableHospitals?.includes(hospital) ?? true;
}
