import { useQuery } from '@tanstack/react-query';
import { facetsQuery } from '../api/queries.ts';
import { useWords } from '../i18n/language.ts';

/** Name of a hospital in the reader's language; its code while it is not known. */
export function useHospitalName(code: string): string {
  const { pick } = useWords();
  const facets = useQuery(facetsQuery);
  const found = facets.data?.hospitals.find((hospital) => hospital.code === code);
  return found === undefined ? code : pick(found.name);
}
