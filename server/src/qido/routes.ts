import { serialiseDicomJson } from '@hutong/dicom';
import { type Request, type Response, Router } from 'express';
import { callerOf, hospitalsInView, rootOf, type ServerParts } from '../context.ts';
import { acceptableRanges, negotiateDatasets } from '../dicomweb/accept.ts';
import { multipartFraming } from '../dicomweb/multipart.ts';
import { nativeXml } from '../dicomweb/nativeXml.ts';
import { queryParameters, uidOf } from '../dicomweb/path.ts';
import { runStatement } from '../dicomweb/statement.ts';
import type { Level } from './attributes.ts';
import { parseQuery } from './parseQuery.ts';
import { searchResult, type SearchRow } from './results.ts';
import { MAX_COUNTED, searchStatement } from './statement.ts';

/**
 * QIDO-RS: the six search resources of PS3.18 Table 10.6.1-1, below a DICOMweb root.
 *
 * https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.6.html
 */
export function qidoRoutes(parts: Pick<ServerParts, 'index'>): Router {
  const router = Router();
  const resource = (path: string, level: Level): void => {
    router.get(path, (req, res) => search(parts, level, req, res));
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
  { index }: Pick<ServerParts, 'index'>,
  level: Level,
  req: Request,
  res: Response,
): Promise<void> {
  const root = rootOf(res);
  const chosen = negotiateDatasets(acceptableRanges(req.get('accept'), req.query['accept']));
  const { study, series } = req.params;
  const path = {
    studyInstanceUid: study === undefined ? null : uidOf(study, 'StudyInstanceUID'),
    seriesInstanceUid: series === undefined ? null : uidOf(series, 'SeriesInstanceUID'),
  };
  const query = parseQuery(level, queryParameters(req.originalUrl));
  const statement = searchStatement(query, path, hospitalsInView(callerOf(res), root));
  const rows = await runStatement<SearchRow>(index, statement.text, statement.values);
  const remaining = rows[0]?.remaining ?? 0;

  const warnings = [...query.warnings];
  if (remaining > 0) warnings.push(remainingWarning(remaining));
  if (warnings.length > 0)
    res.set(
      'Warning',
      warnings.map((text) => `299 ${root.url}: ${text}`),
    );
  res.set({ 'Cache-Control': 'private, no-cache', Vary: 'Accept' });
  if (rows.length === 0 || statement.limit === 0) {
    res.status(204).end();
    return;
  }
  const results = rows
    .slice(0, statement.limit)
    .map((row) => searchResult(row, { query, path, rootUrl: root.url }));
  if (!chosen.multipart) {
    // Not by `set`, which would add a charset that these media types do not have.
    res.setHeader('Content-Type', chosen.mediaType).end(`[${results.map(serialiseDicomJson).join(',')}]`);
    return;
  }
  const framing = multipartFraming(chosen.mediaType);
  const body = results.flatMap((result, i) => [
    framing.head({ 'Content-Type': chosen.mediaType }, i === 0),
    Buffer.from(nativeXml(result)),
  ]);
  res.set('Content-Type', framing.contentType).end(Buffer.concat([...body, framing.end]));
}

/** PS3.18 8.3.4.4.1. */
function remainingWarning(remaining: number): string {
  const count = remaining < MAX_COUNTED ? String(remaining) : `at least ${MAX_COUNTED}`;
  return `There are ${count} additional results that can be requested`;
}
