import type { DicomJson } from '@hutong/dicom';
import { errorCode, type ListedDataset, loadDatasets } from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import type { Pool } from 'pg';
import { auditAccess, queryOf } from '../audit/audit.ts';
import { callerOf, rootOf, type ServerParts, viewOf } from '../context.ts';
import { acceptableRanges, negotiateDatasets } from '../dicomweb/accept.ts';
import { findHidden, type HiddenCopy } from '../dicomweb/copies.ts';
import { queryParameters, uidOf } from '../dicomweb/path.ts';
import { runStatement } from '../dicomweb/statement.ts';
import { setWarnings } from '../dicomweb/warning.ts';
import { problem } from '../problem.ts';
import type { Level } from './attributes.ts';
import { matchDatasets } from './matchDatasets.ts';
import { parseQuery, type SearchQuery } from './parseQuery.ts';
import { type Registered, registeredSource } from './registered.ts';
import { resultWriter, type SearchRow } from './results.ts';
import { SEARCH_VARY, sendResults } from './sendResults.ts';
import { MAX_COUNTED, MAX_OFFSET, type Search, searchStatement, type Statement } from './statement.ts';
import type { SearchPath } from './tables.ts';
import { uniteCopies } from './united.ts';
import { findWalk, walkOf } from './walk.ts';

/**
 * QIDO-RS: the six search resources of PS3.18 Table 10.6.1-1, below a DICOMweb root.
 *
 * https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.6.html
 */
export function qidoRoutes(parts: Pick<ServerParts, 'index' | 'audit'>): Router {
  const router = Router();
  const registered = registeredSource(parts.index);
  const resource = (path: string, level: Level): void => {
    router.get(path, (req, res) => search({ ...parts, registered }, level, req, res));
  };
  resource('/studies', 'study');
  resource('/series', 'series');
  resource('/instances', 'instance');
  resource('/studies/:study/series', 'series');
  resource('/studies/:study/instances', 'instance');
  resource('/studies/:study/series/:series/instances', 'instance');
  return router;
}

async function search(
  {
    index,
    audit,
    registered,
  }: Pick<ServerParts, 'index' | 'audit'> & {
    registered: () => Promise<Registered>;
  },
  level: Level,
  req: Request,
  res: Response,
): Promise<void> {
  const root = rootOf(res);
  const chosen = negotiateDatasets(acceptableRanges(req.get('accept'), req.query['accept']));
  const { study, series } = req.params;
  const path: SearchPath = {
    studyInstanceUid: study === undefined ? null : uidOf(study, 'StudyInstanceUID'),
    seriesInstanceUid: series === undefined ? null : uidOf(series, 'SeriesInstanceUID'),
  };
  const parameters = queryParameters(req.originalUrl);
  const query = parseQuery(level, parameters, path.studyInstanceUid !== null, await registered());
  await auditAccess({ audit }, req, res, {
    action: 'search',
    hospital: root.hospital ?? '',
    studyInstanceUid: path.studyInstanceUid ?? '',
    seriesInstanceUid: path.seriesInstanceUid ?? '',
    detail: { level, query: queryOf(req) },
  });
  const { statement, rows, hidden } = await find(index, query, path, parameters, res);
  const remaining = rows[0]?.remaining ?? 0;
  const results = rows.slice(0, statement.limit);
  const datasets = await readDatasets(index, results);

  const warnings = [...query.warnings];
  if (remaining > 0) warnings.push(remainingWarning(remaining));
  if (hidden.length > 0) warnings.push(hiddenWarning(hidden));
  setWarnings(res, warnings);
  res.set({ 'Cache-Control': 'private, no-cache', Vary: SEARCH_VARY });
  if (results.length === 0) {
    res.status(204).end();
    return;
  }
  const write = resultWriter({ query, path, rootUrl: root.url });
  const texts = results.map((row) => write(row, datasets.get(row.listed?.instance_id ?? -1) ?? null));
  await sendResults(texts, chosen, req, res);
}

async function find(
  index: Pool,
  query: SearchQuery,
  path: SearchPath,
  parameters: readonly [name: string, value: string][],
  res: Response,
): Promise<{ statement: Statement; rows: SearchRow[]; hidden: Omit<HiddenCopy, 'id'>[] }> {
  const [root, caller] = [rootOf(res), callerOf(res)];
  const view = viewOf(caller, root);
  const resource = JSON.stringify([root.hospital, query.level, path]);
  const walk = walkOf(caller, resource, parameters);
  const after = query.offset === 0 ? null : await findWalk(index, walk.pageAt(query.offset));
  if (after === null && query.offset > MAX_OFFSET) throw tooBroad();
  const matches = query.datasetKeys.length === 0 ? null : await matchDatasets(index, query, path, view);
  if (query.datasetKeys.length > 0 && matches === null)
    query.warnings.push(
      'The study or series is too large for matching on attributes that are not indexed. Those keys have been ignored.',
    );
  try {
    const { statement, rows, hidden } = await findShown(index, { query, path, view, walk, after, matches });
    const beside = await uniteCopies(index, query.level, rows, view);
    return { statement, rows, hidden: [...hidden, ...beside] };
  } catch (error) {
    throw errorCode(error) === QUERY_CANCELED ? tooBroad(error) : error;
  }
}

/** How often a search is asked again, because hidden copies stood where results should. */
const MAX_AGAIN = 8;

/**
 * Runs a search until nothing is among what it found that is not to be shown. Where somebody stored thousands of such copies the
 * page is short in the end, but it shows none of them.
 */
async function findShown(
  index: Pool,
  search: Omit<Search, 'hidden'>,
): Promise<{ statement: Statement; rows: SearchRow[]; hidden: HiddenCopy[] }> {
  const hidden: HiddenCopy[] = [];
  for (let again = 0; ; again += 1) {
    const statement = searchStatement({ ...search, hidden });
    const planned = statement.onePlan ? 'once' : 'eachTime';
    const rows = await runStatement<SearchRow>(index, statement.text, statement.values, { planned });
    const later = await findHidden(index, rows[0]?.later ?? [], search.view);
    hidden.push(...later);
    if (later.length === 0) return { statement, rows, hidden };
    if (again === MAX_AGAIN) {
      const left = new Set(later.map(({ id }) => id));
      return { statement, rows: rows.filter((row) => !left.has(Number(row['study_id']))), hidden };
    }
  }
}

/** SQLSTATE of a statement that took too long. */
const QUERY_CANCELED = '57014';

/** PS3.18 Table 8.3.4: 413 where the query is to be narrowed or divided into pages. */
function tooBroad(cause?: unknown) {
  return problem('too-large', {
    detail:
      'The query is too broad. Narrow it by further keys, ask for fewer results, or walk through the pages from the first one.',
    detailZh: '查询范围过大，请增加查询条件、减少返回数量，或从第一页开始逐页读取。',
    cause,
  });
}

/** Most that one search reads of datasets for includefield, in bytes as the index holds them (compressed). */
const MAX_DATASET_BYTES = 16 * 1024 * 1024;

/** Datasets that results are completed from, by instance. @throws HttpProblem 413 */
async function readDatasets(index: Pool, rows: readonly SearchRow[]): Promise<Map<number, DicomJson>> {
  const listed = rows.map((row) => row.listed).filter((one): one is ListedDataset => one != null);
  const found = new Map<number, DicomJson>();
  if (listed.length === 0) return found;
  if (listed.reduce((sum, { size }) => sum + size, 0) > MAX_DATASET_BYTES) throw tooBroad();
  for await (const batch of loadDatasets(index, listed))
    for (const { instance_id: id, dataset } of batch) found.set(id, JSON.parse(dataset) as DicomJson);
  return found;
}

/** PS3.18 8.3.4.4.1. */
function remainingWarning(remaining: number): string {
  const count = remaining < MAX_COUNTED ? String(remaining) : `at least ${MAX_COUNTED}`;
  return `There are ${count} additional results that can be requested`;
}

/** Most studies that a Warning names one by one. */
const MAX_NAMED = 5;

/** Says what is under the same UIDs and not shown, and where it is had. */
function hiddenWarning(hidden: readonly Omit<HiddenCopy, 'id'>[]): string {
  const all = new Set(hidden.map(({ uid, hospital }) => `${uid} at /hospitals/${hospital}/dicomweb`));
  const named = [...all].slice(0, MAX_NAMED).join(', ');
  const more = all.size > MAX_NAMED ? `, and ${all.size - MAX_NAMED} more` : '';
  return `Not shown, because another hospital stored a study of another patient under the same StudyInstanceUID first: ${named}${more}`;
}
