/** Versions of the list, their differences, and re-evaluations. */
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import type { CatalogueBody } from '@hutong/server/contract';
import type {
  CatalogueDifference,
  CatalogueImport,
  CatalogueStateChange,
  CatalogueVersionBody,
  ReevaluationBody,
} from '@hutong/server/contract/conformance';
import { ApiError, getJson, queryOf, sendJson, sendText } from './http.ts';

export type VersionRef = Pick<CatalogueVersionBody, 'id' | 'version'>;

const POLL_MS = 1_500;
const IMPORT_TIMEOUT_MS = 60_000;
const at = ({ id, version }: VersionRef): string =>
  `/api/catalogues/${encodeURIComponent(id)}/${encodeURIComponent(version)}`;

export const versionsQuery = queryOptions({
  queryKey: ['catalogues'],
  queryFn: async ({ signal }) => {
    const body = await getJson<{ catalogues: CatalogueVersionBody[] }>('/api/catalogues', signal);
    return body.catalogues;
  },
  staleTime: 30_000,
});

/** The items of one version; null: of the list in force. */
export const versionQuery = (version: VersionRef | null) =>
  queryOptions({
    queryKey: version === null ? ['catalogue'] : ['catalogue', version.id, version.version],
    queryFn: ({ signal }) =>
      getJson<CatalogueBody>(
        `/api/catalogue${version === null ? '' : queryOf({ id: version.id, version: version.version })}`,
        signal,
      ),
    staleTime: 3_600_000,
  });

export const differenceQuery = (from: VersionRef, to: VersionRef) => {
  const name = ({ id, version }: VersionRef): string => `${id}@${version}`;
  return queryOptions({
    queryKey: ['catalogues', 'difference', name(from), name(to)],
    queryFn: ({ signal }) =>
      getJson<CatalogueDifference>(
        `/api/catalogues/difference${queryOf({ from: name(from), to: name(to) })}`,
        signal,
      ),
    staleTime: 3_600_000,
  });
};

/** Address of a version's document, as it was imported. */
export const documentHref = (version: VersionRef): string => `${at(version)}/document`;

/** The errors of a document that was refused, read from the answer's body. */
function refusedImport(error: unknown): CatalogueImport | null {
  if (!(error instanceof ApiError) || error.status !== 400) return null;
  const { body } = error;
  if (typeof body !== 'object' || body === null || !('errors' in body) || !Array.isArray(body.errors)) {
    return null;
  }
  const errors = body.errors as CatalogueImport['errors'];
  return errors.length === 0 ? null : { catalogue: null, errors, difference: null, studies: 0 };
}

/** Reads a document as a draft; a dry run keeps nothing. A refused document is an answer with its errors. */
export async function importCatalogue(document: string, dryRun: boolean): Promise<CatalogueImport> {
  const path = `/api/catalogues${queryOf({ dryRun: dryRun ? 'true' : null })}`;
  try {
    return await sendText<CatalogueImport>(path, document, 'application/json', IMPORT_TIMEOUT_MS);
  } catch (error) {
    const refused = refusedImport(error);
    if (refused === null) throw error;
    return refused;
  }
}

/** Puts a version in force, or withdraws it. */
export async function changeState(
  version: VersionRef,
  change: { state: 'inForce' | 'withdrawn'; effectiveFrom?: string; effectiveUntil?: string },
): Promise<CatalogueStateChange | null> {
  return sendJson<CatalogueStateChange>('POST', `${at(version)}/state`, change);
}

export const isRunning = ({ state }: Pick<ReevaluationBody, 'state'>): boolean =>
  state === 'waiting' || state === 'working';

/** Re-evaluations, the newest first; asked again while one works. */
export const reevaluationsQuery = queryOptions({
  queryKey: ['reevaluations'],
  queryFn: async ({ signal }) => {
    const body = await getJson<{ reevaluations: ReevaluationBody[] }>('/api/reevaluations', signal);
    return body.reevaluations;
  },
  refetchInterval: ({ state }) => (state.data?.some(isRunning) === true ? POLL_MS : false),
});

export async function cancelReevaluation(id: number): Promise<void> {
  await sendJson<ReevaluationBody>('POST', `/api/reevaluations/${id}/cancel`, {});
}

const TOUCHED = ['catalogues', 'catalogue', 'reevaluations', 'facets'];

/** Has everything asked again that a new or changed version may have changed. */
export async function refreshAfterCatalogue(client: QueryClient): Promise<void> {
  await Promise.all(TOUCHED.map((name) => client.invalidateQueries({ queryKey: [name] })));
}
