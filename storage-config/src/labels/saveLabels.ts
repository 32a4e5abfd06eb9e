import { type Bilingual, type HrLabel, labelChanges, labelsFor } from '@hutong/conformance';
import type pg from 'pg';
import type { EffectiveVerdict } from '../decisions/saveVerdicts.ts';
import { listQualifications } from '../qualifications.ts';

export interface LabelsToSave {
  studyId: number;
  hospitalCode: string;
  /** YYYY-MM-DD, or empty when the study has no valid date: then it gets no label. */
  studyDate: string;
  /** Every item of the study's result, with the verdict that holds. */
  verdicts: readonly EffectiveVerdict[];
  /** Recognition scope whose HR label is given. */
  scope: string;
  /** Who brings the labels about: `engine` and its version, or a person; kept with each event. */
  author: string;
  /** Why labels are withdrawn, where it is not that the study was judged again. */
  withdrawal?: Bilingual;
}

/**
 * Appends the label events that make a study's HR labels those its verdicts and its hospital's qualifications call for.
 * Belongs into the transaction of the verdicts, with the study's row locked. Returns how many events there were.
 */
export async function saveLabels(client: pg.PoolClient, labels: LabelsToSave): Promise<number> {
  const { studyId, hospitalCode, studyDate, verdicts, scope, author } = labels;
  const now = new Date().toISOString();
  const current = await currentLabels(client, studyId);
  if (verdicts.length === 0 && current.length === 0) return 0;
  const codes = verdicts.map(({ result }) => result.itemCode);
  const qualifications = codes.length === 0 ? [] : await listQualifications(client, hospitalCode, codes);
  const wanted = labelsFor({
    conformance: { results: verdicts.map(({ result, verdict }) => ({ ...result, verdict })) },
    decided: new Set(verdicts.filter(({ decided }) => decided).map(({ result }) => result.itemCode)),
    hospitalCode,
    studyDate,
    qualifications,
    policy: { scopes: [scope], release: 'automatic' },
    now,
  });
  const changes = labelChanges(current, wanted, now, labels.withdrawal);
  if (changes.length === 0) return 0;
  await client.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     SELECT $1, given.*, $8
       FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) AS given`,
    [
      studyId,
      changes.map(({ label }) => label.itemCode),
      changes.map(({ label }) => label.scope),
      changes.map(({ label }) => label.text),
      changes.map(({ event }) => event),
      changes.map(({ label }) => label.reason.zh),
      changes.map(({ label }) => label.reason.en),
      author,
    ],
  );
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
