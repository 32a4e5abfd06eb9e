import type { ConformanceResponse, HrLabel, StudyConformance } from '@hutong/conformance';
import { Router } from 'express';
import type { Pool } from 'pg';
import { callerOf, hospitalsInView, type ServerParts } from '../context.ts';
import { queryParameters, uidOf } from '../dicomweb/path.ts';
import { runStatement } from '../dicomweb/statement.ts';
import { problem } from '../problem.ts';

/** `GET /studies/{uid}/conformance[?hospital=code]`, below `/api`. */
export function conformanceRoutes({ index }: Pick<ServerParts, 'index'>): Router {
  const router = Router();
  router.get('/studies/:study/conformance', async (req, res) => {
    const study = uidOf(req.params.study, 'StudyInstanceUID');
    const hospital = new Map(queryParameters(req.originalUrl)).get('hospital') ?? null;
    const inView = hospitalsInView(callerOf(res), { hospital });
    const found = await readConformance(index, study, inView);
    if (found === null) {
      throw problem('not-found', { detail: 'There is no such study.', detailZh: '没有该检查。' });
    }
    res.set('Cache-Control', 'private, no-cache').json(found);
  });
  return router;
}

interface ConformanceRow extends Record<string, unknown> {
  code: string;
  name_zh: string;
  name_en: string;
  revision: number | null;
  settled: boolean | null;
  result: StudyConformance | null;
  labels: HrLabel[] | null;
}

/** The newest result of the study's present revision, of the copy that was stored first among the hospitals in view. */
const CONFORMANCE = `SELECT h.code, h.name_zh, h.name_en, r.revision, r.settled, r.result,
       (SELECT json_agg(json_build_object(
                 'text', l.text, 'scope', l.scope, 'itemCode', l.item_code, 'state', l.state,
                 'validFrom', to_char(l.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                 'reason', json_build_object('zh', l.reason_zh, 'en', l.reason_en)) ORDER BY l.item_code, l.scope)
          FROM hr_label l WHERE l.study_id = s.study_id) AS labels
  FROM study s
  JOIN hospital h ON h.code = s.hospital_code
  LEFT JOIN LATERAL (SELECT c.revision, c.settled, c.result FROM conformance_result c
                      WHERE c.study_id = s.study_id AND c.revision = s.conformance_revision
                      ORDER BY c.conformance_result_id DESC LIMIT 1) AS r ON true
 WHERE s.study_instance_uid = $1 AND ($2::text[] IS NULL OR s.hospital_code = ANY ($2::text[]))
 ORDER BY s.study_id LIMIT 1`;

/**
 * The conformance result of a study. While no result of its present revision exists it is pending, and what was
 * found at an older revision is left out, for it may be wrong by now; labels stay until they are withdrawn.
 */
async function readConformance(
  index: Pool,
  studyInstanceUid: string,
  hospitals: readonly string[] | null,
): Promise<ConformanceResponse | null> {
  const [row] = await runStatement<ConformanceRow>(index, CONFORMANCE, [studyInstanceUid, hospitals]);
  if (row === undefined) return null;
  const { result } = row;
  return {
    status: result === null ? 'pending' : 'done',
    settled: row.settled ?? false,
    revision: row.revision,
    hospital: { code: row.code, name: { zh: row.name_zh, en: row.name_en } },
    ...(result?.notListed === undefined ? {} : { notListed: result.notListed }),
    results: result?.results ?? [],
    series: result?.series ?? [],
    labels: row.labels ?? [],
  };
}
