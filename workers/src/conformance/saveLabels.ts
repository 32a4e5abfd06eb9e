import { type HrLabel, labelChanges, labelsFor, type StudyConformance } from '@hutong/conformance';
import { listQualifications } from '@hutong/storage-config';
import type pg from 'pg';
import type { StudyToJudge } from './readStudy.ts';

/**
 * Appends the label events that make a study's HR labels those its result and its hospital's qualifications call for.
 * Belongs into the transaction of the result, with the study's row locked. Returns how many events there were.
 */
export async function saveLabels(
  client: pg.PoolClient,
  study: StudyToJudge,
  conformance: StudyConformance,
  scope: string,
): Promise<number> {
  const now = new Date().toISOString();
  const items = conformance.results.map((result) => result.itemCode);
  const qualifications =
    items.length === 0 ? [] : await listQualifications(client, study.hospitalCode, items);
  const wanted = labelsFor({
    conformance,
    hospitalCode: study.hospitalCode,
    studyDate: study.studyDate,
    qualifications,
    policy: { scopes: [scope], release: 'automatic' },
    now,
  });
  const changes = labelChanges(await currentLabels(client, study.studyId), wanted, now);
  for (const { event, label } of changes) {
    await client.query(
      `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        study.studyId,
        label.itemCode,
        label.scope,
        label.text,
        event,
        label.reason.zh,
        label.reason.en,
        `engine ${conformance.engineVersion}`,
      ],
    );
  }
  return changes.length;
}

async function currentLabels(client: pg.PoolClient, studyId: number): Promise<HrLabel[]> {
  const { rows } = await client.query<{
    text: string;
    scope: string;
    item_code: string;
    state: HrLabel['state'];
    reason_zh: string;
    reason_en: string;
    created_at: Date;
  }>(
    'SELECT text, scope, item_code, state, reason_zh, reason_en, created_at FROM hr_label WHERE study_id = $1',
    [studyId],
  );
  return rows.map((row) => ({
    text: row.text,
    scope: row.scope,
    itemCode: row.item_code,
    state: row.state,
    validFrom: row.created_at.toISOString(),
    reason: { zh: row.reason_zh, en: row.reason_en },
  }));
}
