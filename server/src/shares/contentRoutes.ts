import { readShareOpenings, readShareReplies } from '@hutong/storage-config';
import { Router } from 'express';
import type { Pool } from 'pg';
import { auditAccess, withoutPatients } from '../audit/audit.ts';
import type { ServerParts } from '../context.ts';
import type { DeviceFamily, ShareContent } from '../contract/shares.ts';
import { runStatement } from '../dicomweb/statement.ts';
import { maskedAddress } from './maskedAddress.ts';
import { shareOf } from './sharedRoot.ts';
import { watermarkLines } from './watermarkLines.ts';

const SHOWN_OPENINGS = 20;

/** `GET /content` below `/shares/{alias}`: what the share shows, and who opened it. */
export function shareContentRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const { index } = parts;
  const openedShare = shareOf(parts);
  const router = Router({ mergeParams: true });
  router.get('/content', async (req, res) => {
    const share = await openedShare(req, res);
    const shown = await readContent(index, share.hospital, share.studies, share.accessionNumbers);
    if (shown.studies.length === 0) withoutPatients(res);
    for (const { studyInstanceUid } of shown.studies) {
      await auditAccess(parts, req, res, {
        action: 'metadata',
        hospital: share.hospital,
        studyInstanceUid,
        detail: { share: share.id },
      });
    }
    const replies = await readShareReplies(index, share.id);
    const openings = await readShareOpenings(index, share.id, SHOWN_OPENINGS);
    const base = `/shares/${share.alias}/dicomweb`;
    const content: ShareContent = {
      hospital: shown.hospital,
      mayDownload: share.mayDownload,
      mayReply: share.mayReply,
      replies: replies.map(({ note: _own, at, ...reply }) => ({ ...reply, at: at.toISOString() })),
      audience: share.audience,
      watermark: share.watermark ? watermarkLines(share) : null,
      expiresAt: share.expiresAt.toISOString(),
      awaited: shown.awaited,
      waiting: shown.studies.every(({ series }) => series.length === 0),
      studies: shown.studies.map((study) => ({
        ...study,
        series: study.series.map((series) => ({
          ...series,
          thumbnail: `${base}/studies/${study.studyInstanceUid}/series/${series.seriesInstanceUid}/thumbnail`,
        })),
      })),
      openings: openings.map(({ at, address, device }) => ({
        at: at.toISOString(),
        address: maskedAddress(address),
        device: device as DeviceFamily,
      })),
    };
    res.set('Cache-Control', 'no-store').json(content);
  });
  return router;
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
                         'description', e.series_description, 'numberOfInstances', e.number_of_instances,
                         'bytes', (SELECT coalesce(sum(i.object_size), 0) FROM instance i WHERE i.series_id = e.series_id))
                         ORDER BY e.series_number, e.series_id), '[]')
                         FROM series e
                        WHERE e.study_id = s.study_id
                          AND (json_array_length(given.series) = 0
                               OR e.series_instance_uid IN (SELECT json_array_elements_text(given.series)))))
            ORDER BY s.study_moment, s.study_id), '[]')
     FROM json_to_recordset($2::json) AS given (study text, series json)
     JOIN study s ON s.hospital_code = $1 AND s.study_instance_uid = given.study) AS studies,
  (SELECT count(*)::integer FROM unnest($3::text[]) AS asked (number)
    WHERE NOT EXISTS (SELECT FROM json_to_recordset($2::json) AS given (study text)
                        JOIN study s ON s.hospital_code = $1 AND s.study_instance_uid = given.study
                       WHERE s.accession_number = asked.number)) AS awaited`;

async function readContent(
  index: Pool,
  hospital: string,
  studies: readonly { study: string; series: string[] }[],
  accessionNumbers: readonly string[],
): Promise<{ hospital: ShareContent['hospital']; studies: Study[]; awaited: number }> {
  const [row] = await runStatement<{
    hospital: ShareContent['hospital'] | null;
    studies: Study[];
    awaited: number;
  }>(index, CONTENT, [hospital, JSON.stringify(studies), accessionNumbers]);
  const { hospital: name, studies: shown, awaited } = row ?? { hospital: null, studies: [], awaited: 0 };
  return { hospital: name ?? { zh: '', en: '' }, studies: shown, awaited };
}
