/** Which items a hospital's exam codes and names stand for. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  type QueryClient,
} from '@tanstack/react-query';
import type {
  ExamMappingBody,
  ExamMappingImport,
  ExamMappingsPage,
  NewExamMapping,
  UnmappedExamsPage,
} from '@hutong/server/contract/conformance';
import { getJson, queryOf, remove, sendJson, sendText } from './http.ts';

export interface ExamFilters {
  hospital: string[];
  /** Part of a code or name. */
  q: string;
}

const PAGE = '100';
/** A hospital's whole exam table is thousands of lines, each looked up. */
const IMPORT_TIMEOUT_MS = 120_000;

/** Exams that nobody mapped, the most frequent first. */
export const unmappedQuery = (filters: ExamFilters) =>
  infiniteQueryOptions({
    queryKey: ['exams', 'unmapped', filters],
    queryFn: ({ pageParam, signal }) => {
      const query = queryOf({ ...filters, limit: PAGE, cursor: pageParam });
      return getJson<UnmappedExamsPage>(`/api/exam-mappings/unmapped${query}`, signal);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

/** How many exams nobody mapped. */
export const unmappedCountQuery = queryOptions({
  queryKey: ['exams', 'count'],
  queryFn: async ({ signal }) => {
    const page = await getJson<UnmappedExamsPage>('/api/exam-mappings/unmapped?limit=1', signal);
    return page.total;
  },
  staleTime: 30_000,
});

export const mappingsQuery = (filters: ExamFilters) =>
  infiniteQueryOptions({
    queryKey: ['exams', 'mappings', filters],
    queryFn: ({ pageParam, signal }) => {
      const query = queryOf({ ...filters, limit: PAGE, cursor: pageParam });
      return getJson<ExamMappingsPage>(`/api/exam-mappings${query}`, signal);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

/** Maps one exam, in place of what it was mapped to. */
export async function mapExam(mapping: NewExamMapping): Promise<ExamMappingBody | null> {
  return sendJson<ExamMappingBody>('PUT', '/api/exam-mappings', mapping);
}

/** Ends a mapping: the exam is identified by its words again. */
export async function endMapping(id: number): Promise<void> {
  await remove(`/api/exam-mappings/${id}`);
}

/** Reads a table of exams (CSV); a dry run only says what it would do. */
export async function importExams(
  hospital: string,
  csv: string,
  dryRun: boolean,
): Promise<ExamMappingImport> {
  const query = queryOf({ hospital, dryRun: dryRun ? 'true' : null });
  return sendText(`/api/exam-mappings/import${query}`, csv, 'text/csv; charset=utf-8', IMPORT_TIMEOUT_MS);
}

/** Address of a hospital's mappings as CSV. */
export const exportHref = (hospital: string): string => `/api/exam-mappings/export${queryOf({ hospital })}`;

const TOUCHED = ['exams', 'worklist', 'recent', 'conformance', 'reviews', 'reevaluations'];

/** Has everything asked again that a mapping may have changed. */
export async function refreshAfterMapping(client: QueryClient): Promise<void> {
  await Promise.all(TOUCHED.map((name) => client.invalidateQueries({ queryKey: [name] })));
}
