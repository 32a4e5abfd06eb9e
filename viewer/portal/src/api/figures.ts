/** Figures of mutual recognition, reports of months, and what the insurance pays for items. */
import { queryOptions } from '@tanstack/react-query';
import type {
  FiguresBody,
  FiguresMonthsBody,
  NewPriceBody,
  NewReportBody,
  PriceImportBody,
  PricesBody,
  ReportsBody,
  ReportVerificationBody,
} from '@hutong/server/contract/figures';
import { getJson, queryOf, sendJson, sendText } from './http.ts';

/** Long enough for a large table. */
const SLOW_MS = 60_000;

export const figuresQuery = (month: string | null, hospital: string | null) =>
  queryOptions({
    queryKey: ['figures', month, hospital],
    queryFn: ({ signal }) => getJson<FiguresBody>(`/api/figures${queryOf({ month, hospital })}`, signal),
    staleTime: 15_000,
  });

export const monthsQuery = (until: string, hospital: string | null) =>
  queryOptions({
    queryKey: ['figures', 'months', until, hospital],
    queryFn: ({ signal }) =>
      getJson<FiguresMonthsBody>(`/api/figures/months${queryOf({ until, hospital })}`, signal),
    staleTime: 60_000,
    retry: 3,
  });

export const reportsQuery = (month: string) =>
  queryOptions({
    queryKey: ['figures', 'reports', month],
    queryFn: ({ signal }) => getJson<ReportsBody>(`/api/figures/reports${queryOf({ month })}`, signal),
  });

export const makeReport = (body: NewReportBody): Promise<unknown> =>
  sendJson('POST', '/api/figures/reports', body);

export async function verifyReport(id: number): Promise<ReportVerificationBody> {
  const path = `/api/figures/reports/${id}/verification`;
  return needed(await sendJson<ReportVerificationBody>('POST', path, {}));
}

export const workbookHref = (id: number): string => `/api/figures/reports/${id}/workbook`;
export const documentHref = (id: number): string => `/api/figures/reports/${id}/document`;

export const pricesQuery = (revoked: boolean) =>
  queryOptions({
    queryKey: ['prices', revoked],
    queryFn: ({ signal }) =>
      getJson<PricesBody>(`/api/prices${queryOf({ revoked: revoked ? 'true' : null })}`, signal),
  });

export const addPrice = (body: NewPriceBody): Promise<unknown> => sendJson('POST', '/api/prices', body);

export const revokePrice = (id: number, reason: string): Promise<unknown> =>
  sendJson('POST', `/api/prices/${id}/revocation`, { reason });

/** @param dryRun says what would become of the table and changes nothing */
export const importPrices = (file: File, dryRun: boolean): Promise<PriceImportBody> =>
  sendText(`/api/prices/import${dryRun ? '?dryRun=true' : ''}`, file, 'application/octet-stream', SLOW_MS);

function needed<T>(body: T | null): T {
  if (body === null) throw new Error('an answer without a body');
  return body;
}
