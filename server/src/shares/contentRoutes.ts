import { readShareOpenings } from '@hutong/storage-config';
import { Router } from 'express';
import type { Pool } from 'pg';
import { auditAccess, withoutPatients } from '../audit/audit.ts';
import type { ServerParts } from '../context.ts';
import type { ShareContent } from '../contract/shares.ts';
import { runStatement } from '../dicomweb/statement.ts';
import { callerOfShare, openedShareOf } from './sharedRoot.ts';

const SHOWN_OPENINGS = 20;

/** `GET /content` below `/shares/{alias}`: what the share shows, and who opened it. */
export function shareContentRoutes(parts: Pick<ServerParts, 'index' | 'audit'>): Router {
  const { index } = parts;
  const router = Router({ mergeParams: true });
  router.get('/content', async (req, res) => {
    const share = await openedShareOf(parts, req);
    Object.assign(res.locals, { caller: callerOfShare(share) });
    const shown = await readContent(index, share.hospital, share.studies);
    if (shown.studies.length === 0) withoutPatients(res);
    for (const { studyInstanceUid } of shown.studies) {
      await auditAccess(parts, req, res, {
        action: 'metadata',
        hospital: share.hospital,
        studyInstanceUid,
        detail: { share: share.id },
      });
    }
    const openings = await readShareOpenings(index, share.id, SHOWN_OPENINGS);
    const base = `/shares/${share.alias}/dicomweb`;
    const content: ShareContent = {
      hospital: shown.hospital,
      mayDownload: share.mayDownload,
      expiresAt: share.expiresAt.toISOString(),
      waiting: shown.studies.every(({ series }) => series.length === 0),
      studies: shown.studies.map((study) => ({
        ...study,
        series: study.series.map((series) => ({
          ...series,
          thumbnail: `${base}/studies/${study.studyInstanceUid}/series/${series.seriesInstanceUid}/thumbnail`,
        })),
      })),
      openings: openings.map(({ at, address }) => ({ at: at.toISOString(), address: masked(address) })),
    };
    res.set('Cache-Control', 'no-store').json(content);
  });
  return router;
}

/** An address without its last part: enough to know one's own network, too little to name another's device. */
function masked(address: string): string {
  const plain = address.replace(/^::ffff:/i, '');
  return plain.includes(':') ? `${plain.split(':').slice(0, 3).join(':')}:…` : plain.replace(/\.\d+$/, '.*');
}

type Study = Omit<ShareContent['studies'][number], 'series'> & {
  series: Omit<ShareContent['studies'][number]['series'][number], 'thumbnail'>[];
};

const CONTENT = `SELECT
  (SELECT json_build_object('zh', name_zh, 'en', name_en) FROM hospital WHERE code = $1) AS hospital,
  (SELECT coalesce(json_agg(json_build_object(
            'studyInstanceUid', s.study_instance_uid, 'whole', json_array_length(given.series) = 0,
            'date', CASE WHEN s.study_date ~ '^\\d{8}$' THEN to_char(to_date(s.study_date, 'YYYYMMDD'), 'YYYY-MM-DD') ELSE '' END,
            'description', s.study_description, 'modalities', s.modalities,
            'series', (SELECT coalesce(json_agg(json_build_object(
                         'seriesInstanceUid', e.series_instance_uid, 'modality', e.modality,
                         'description', e.series_description, 'numberOfInstances', e.number_of_instances)
                         ORDER BY e.series_number, e.series_id), '[]')
                         FROM series e
                        WHERE e.study_id = s.study_id
                          AND (json_array_length(given.series) = 0
                               OR e.series_instance_uid IN (SELECT json_array_elements_text(given.series)))))
            ORDER BY s.study_moment, s.study_id), '[]')
     FROM json_to_recordset($2::json) AS given (study text, series json)
     JOIN study s ON s.hospital_code = $1 AND s.study_instance_uid = given.study) AS studies`;

async function readContent(
  index: Pool,
  hospital: string,
  studies: readonly { study: string; series: string[] }[],
): Promise<{ hospital: ShareContent['hospital']; studies: Study[] }> {
  const [row] = await runStatement<{ hospital: ShareContent['hospital'] | null; studies: Study[] }>(
    index,
    CONTENT,
    [hospital, JSON.stringify(studies)],
  );
  return { hospital: row?.hospital ?? { zh: '', en: '' }, studies: row?.studies ?? [] };
}
