/** The registry of mutual recognition: hospitals, scopes, evaluations, devices, suspensions and their tables. */
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import type {
  DeviceBody,
  DeviceTestBody,
  EvaluationMatrixBody,
  EvaluationsPage,
  ExpiringBody,
  RegistryBody,
  RegistryEventBody,
  RegistryImportBody,
  RegistryTableName,
  SuspensionBody,
} from '@hutong/server/contract/registry';
import { ApiError, getJson, queryOf, sendFile, sendJson } from './http.ts';

const ROOT = '/api/registry';

export const registryQuery = queryOptions({
  queryKey: ['registry'],
  queryFn: ({ signal }) => getJson<RegistryBody>(ROOT, signal),
});

export const matrixQuery = (scope: string, day: string) =>
  queryOptions({
    queryKey: ['registry', 'matrix', scope, day],
    queryFn: ({ signal }) =>
      getJson<EvaluationMatrixBody>(`${ROOT}/evaluations/matrix${queryOf({ scope, day })}`, signal),
    placeholderData: (before) => before,
  });

export const evaluationsQuery = (hospital: string, item: string, scope: string) =>
  queryOptions({
    queryKey: ['registry', 'evaluations', hospital, item, scope],
    queryFn: async ({ signal }) =>
      (
        await getJson<EvaluationsPage>(
          `${ROOT}/evaluations${queryOf({ hospital, item, scope, revoked: 'true' })}`,
          signal,
        )
      ).evaluations,
  });

export const expiringQuery = queryOptions({
  queryKey: ['registry', 'expiring'],
  queryFn: ({ signal }) => getJson<ExpiringBody>(`${ROOT}/expiring`, signal),
});

export const devicesQuery = queryOptions({
  queryKey: ['registry', 'devices'],
  queryFn: async ({ signal }) =>
    (await getJson<{ devices: DeviceBody[] }>(`${ROOT}/devices`, signal)).devices,
});

/** The tests of a device that count, as far as the list of its hospital goes back, the newest first. */
export const deviceTestsQuery = (hospital: string, serialNumber: string) =>
  queryOptions({
    queryKey: ['registry', 'device-tests', hospital, serialNumber],
    queryFn: async ({ signal }) =>
      (
        await getJson<{ tests: DeviceTestBody[] }>(
          `${ROOT}/device-tests${queryOf({ hospital, limit: '500' })}`,
          signal,
        )
      ).tests.filter((test) => test.serialNumber === serialNumber),
  });

export const suspensionsQuery = queryOptions({
  queryKey: ['registry', 'suspensions'],
  queryFn: async ({ signal }) =>
    (await getJson<{ suspensions: SuspensionBody[] }>(`${ROOT}/suspensions?lifted=true`, signal)).suspensions,
});

export const hospitalHistoryQuery = (hospital: string) =>
  queryOptions({
    queryKey: ['registry', 'history', hospital],
    queryFn: async ({ signal }) =>
      (
        await getJson<{ events: RegistryEventBody[] }>(
          `${ROOT}/hospitals/${encodeURIComponent(hospital)}/history`,
          signal,
        )
      ).events,
  });

/** Everything of the registry is read anew: one entry shows on several pages. */
export const refreshRegistry = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ queryKey: ['registry'] });

/** A change, by its address below the registry. */
export async function changeRegistry<Body = null>(
  method: 'POST' | 'PUT' | 'PATCH',
  path: string,
  body: object,
): Promise<Body | null> {
  return sendJson<Body>(method, `${ROOT}${path}`, body);
}

export async function putDocument(evaluation: number, file: File): Promise<void> {
  await sendFile('PUT', `${ROOT}/evaluations/${evaluation}/document`, file);
}

export const documentHref = (evaluation: number): string => `${ROOT}/evaluations/${evaluation}/document`;

export const tableHref = (
  what: 'templates' | 'export',
  table: RegistryTableName,
  format: 'csv' | 'xlsx',
  language: 'zh' | 'en',
): string => `${ROOT}/${what}/${table}?format=${format}&language=${language}`;

/** Takes a table in, or says what would come of it. Lines that do not fit are in the answer either way. */
export async function importTable(
  table: RegistryTableName,
  file: File,
  dryRun: boolean,
): Promise<RegistryImportBody> {
  try {
    const answer = await sendFile<RegistryImportBody>(
      'POST',
      `${ROOT}/import/${table}?dryRun=${dryRun}`,
      file,
    );
    return answer ?? { added: 0, changed: 0, unchanged: 0, errors: [] };
  } catch (error) {
    const body = error instanceof ApiError && error.status === 400 ? error.body : null;
    if (typeof body === 'object' && body !== null && 'errors' in body) return body as RegistryImportBody;
    throw error;
  }
}
