import type { OpenedShare } from '@hutong/storage-config';

const UID = '[0-9.]{1,64}';
const STUDY = new RegExp(`^/studies/(${UID})(?:/(.*))?$`);
const SERIES = new RegExp(`^series/(${UID})(?:/(.*))?$`);
const INSTANCE = new RegExp(`^instances/(${UID})(?:/(.*))?$`);
/** Nothing that could be read in another way by what comes after: no escapes, no segments of dots. */
const PLAIN = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9.,_-]*)*$/;
/** What shows no pixels, or pictures that can be marked; not what follows `frames` or `bulkdata` by itself. */
const MARKED = /\/(?:metadata|rendered|thumbnail|series|instances)$/;
/** What a search for one study may carry beside its UID. */
const SEARCH_KEYS = new Set(['StudyInstanceUID', 'includefield', 'limit', 'offset']);

/**
 * Whether a share reaches a resource of its DICOMweb root. What is not named here is not reached: paths are compared as
 * they were sent, so that an address written in another way is refused rather than read differently later.
 *
 * @param path below the root, as it was sent, without the query
 * @param query names and values of the query, as the search reads them
 */
export function isReached(
  share: Pick<OpenedShare, 'studies' | 'mayDownload' | 'watermark'>,
  path: string,
  query: readonly (readonly [string, string])[],
): boolean {
  if (path === '/studies') return isSearchOfOne(share, query);
  const [, study, inStudy] = STUDY.exec(path) ?? [];
  const shared = share.studies.find((one) => one.study === study);
  if (study === undefined || shared === undefined || !PLAIN.test(path)) return false;
  if (share.watermark && (!MARKED.test(path) || path.includes('/bulkdata/'))) return false;
  if (inStudy === undefined || inStudy === '') return share.mayDownload && shared.series.length === 0;
  const [, series, inSeries] = SERIES.exec(inStudy) ?? [];
  // What belongs to the study as a whole shows all of its series.
  if (series === undefined) return shared.series.length === 0 && !inStudy.startsWith('series/');
  if (shared.series.length > 0 && !shared.series.includes(series)) return false;
  if (inSeries === undefined || inSeries === '') return share.mayDownload;
  const [, instance, inInstance] = INSTANCE.exec(inSeries) ?? [];
  if (instance === undefined) return !inSeries.startsWith('instances/');
  return inInstance === undefined || inInstance === '' ? share.mayDownload : true;
}

/** Series that a share of single series holds of the study that a path names, which is reached; null: all of them. */
export function seriesOf(share: Pick<OpenedShare, 'studies'>, path: string): readonly string[] | null {
  const [, uid] = STUDY.exec(path) ?? [];
  const series = share.studies.find(({ study }) => study === uid)?.series ?? [];
  return series.length === 0 ? null : series;
}

/** A search for one whole study of the share, as viewers begin with. */
function isSearchOfOne(
  share: Pick<OpenedShare, 'studies'>,
  query: readonly (readonly [string, string])[],
): boolean {
  const uids = query.filter(([name]) => name === 'StudyInstanceUID').map(([, value]) => value);
  const [uid] = uids;
  return (
    uids.length === 1 &&
    query.every(([name]) => SEARCH_KEYS.has(name)) &&
    share.studies.some(({ study, series }) => study === uid && series.length === 0)
  );
}
