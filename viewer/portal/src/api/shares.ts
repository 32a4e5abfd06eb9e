/** Shares: the portal's questions and orders to the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  MadeShareBody,
  NewShareBody,
  RenewedFactorBody,
  ShareBody,
  ShareDetail,
  SharePolicies,
  SharePolicy,
  SharesPage,
} from '@hutong/server/contract/shares';
import type { Copy } from './corrections.ts';
import { getJson, queryOf, remove, sendJson } from './http.ts';

/** The shares of one hospital's copy of a study, newest first. */
export const sharesQuery = ({ hospital, study }: Copy) =>
  queryOptions({
    queryKey: ['shares', hospital, study],
    queryFn: ({ signal }) =>
      getJson<SharesPage>(`/api/shares${queryOf({ hospital, study, limit: '200' })}`, signal),
  });

export interface ShareListFilter {
  whose: 'mine' | 'all' | 'gone';
  hospital: string | null;
  state: ShareBody['state'] | null;
}

/** All shares in view that fit, a page after the other. */
export const shareListQuery = ({ whose, hospital, state }: ShareListFilter) =>
  infiniteQueryOptions({
    queryKey: ['shares', 'list', whose, hospital, state],
    queryFn: ({ signal, pageParam }) =>
      getJson<SharesPage>(
        `/api/shares${queryOf({
          ...(whose === 'mine' ? { mine: 'true' } : {}),
          ...(whose === 'gone' ? { maker: 'gone' } : {}),
          ...(hospital === null ? {} : { hospital }),
          ...(state === null ? {} : { state }),
          ...(pageParam === null ? {} : { before: pageParam }),
          limit: '30',
        })}`,
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

/** A share with who opened it. */
export const shareQuery = (id: string) =>
  queryOptions({
    queryKey: ['shares', 'one', id],
    queryFn: ({ signal }) => getJson<ShareDetail>(`/api/shares/${encodeURIComponent(id)}`, signal),
  });

/** Makes a share. Its link and code are in this answer and in no later one. */
export async function makeShare(wanted: NewShareBody): Promise<MadeShareBody> {
  const made = await sendJson<MadeShareBody>('POST', '/api/shares', wanted);
  if (made === null) throw new Error('The server made a share and told no link');
  return made;
}

/** Ends a share at once, for those too who look at it now. */
export const revokeShare = (id: string): Promise<void> => remove(`/api/shares/${encodeURIComponent(id)}`);

/** Unlocks a share; makes another code, or takes another secret. Answers the code, told this once. */
export async function renewFactor(id: string, secret: string | null): Promise<string | null> {
  const path = `/api/shares/${encodeURIComponent(id)}/factor`;
  const renewed = await sendJson<RenewedFactorBody>('POST', path, secret === null ? {} : { secret });
  return renewed?.code ?? null;
}

/** Where a file that came back is downloaded. */
export const replyHref = (share: string, reply: string): string =>
  `/api/shares/${encodeURIComponent(share)}/replies/${encodeURIComponent(reply)}`;

/** What may be shared in a hospital, or `region`. */
export const sharePoliciesQuery = (hospital: string) =>
  queryOptions({
    queryKey: ['share-policies', hospital],
    queryFn: ({ signal }) =>
      getJson<SharePolicies>(`/api/share-policies/${encodeURIComponent(hospital)}`, signal),
    staleTime: 30_000,
    enabled: hospital !== '',
  });

export async function setSharePolicy(hospital: string, policy: SharePolicy): Promise<void> {
  await sendJson('PUT', `/api/share-policies/${encodeURIComponent(hospital)}`, policy);
}

/** Other studies that a hospital has of a patient, the newest first. */
export interface OtherStudy {
  uid: string;
  /** YYYYMMDD or empty. */
  date: string;
  modalities: string;
  description: string;
}

type Attribute = { Value?: unknown[] } | undefined;

export const patientStudiesQuery = (hospital: string, patientId: string) =>
  queryOptions({
    queryKey: ['patient-studies', hospital, patientId],
    enabled: patientId !== '',
    queryFn: async ({ signal }): Promise<OtherStudy[]> => {
      // A patient ID may hold what a search takes for a wildcard.
      const query = queryOf({ PatientID: patientId, includefield: '00081030', limit: '50' });
      const path = `/hospitals/${encodeURIComponent(hospital)}/dicomweb/studies${query}`;
      const found = await getJson<Record<string, Attribute>[]>(path, signal, 'application/dicom+json');
      const words = (study: Record<string, Attribute>, tag: string): string =>
        (study[tag]?.Value ?? []).filter((value) => typeof value === 'string').join(' ');
      return found
        .filter((study) => words(study, '00100020') === patientId)
        .map((study) => ({
          uid: words(study, '0020000D'),
          date: words(study, '00080020'),
          modalities: words(study, '00080061'),
          description: words(study, '00081030'),
        }))
        .toSorted((a, b) => b.date.localeCompare(a.date));
    },
  });
