import { useQuery } from '@tanstack/react-query';
import { mayIn } from '../session/rights.ts';
import { sessionQuery } from '../api/queries.ts';

/** Whether the caller may correct and delete what a hospital stored. */
export function useMayCorrect(hospital: string): boolean {
  const { data } = useQuery(sessionQuery);
  return mayIn(data, 'correct', hospital);
}

/** Days that what was deleted can be recovered; 0: for ever. null until it is known. */
export function useKeepDays(): number | null {
  const { data } = useQuery(sessionQuery);
  return data?.deletedKeepDays ?? null;
}
