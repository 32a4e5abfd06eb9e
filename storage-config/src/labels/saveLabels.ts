import { type Bilingual, type HrLabel, labelChanges, labelsFor } from '@hutong/conformance';
import type pg from 'pg';
import type { EffectiveVerdict } from '../decisions/saveVerdicts.ts';
import { listQualifications, type QualificationRow } from '../registry/qualifications.ts';

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
 * Appends the label events that make studies' HR labels those their verdicts and their hospitals' qualifications call for.
 * Belongs into the transaction of the verdicts, with the studies' rows locked.
 *
 * @param studies each study once
 * @returns the studies that had events
 */
export async function saveLabels(
  client: pg.PoolClient,
  studies: readonly LabelsToSave[],
): Promise<Set<number>> {
  const now = new Date().toISOString();
  const current = await currentLabels(
    client,
    studies.map(({ studyId }) => studyId),
  );
  const qualifications = await qualificationsOf(client, studies);
  const events = studies.flatMap((study) => {
    const { studyId, hospitalCode, studyDate, verdicts, author } = study;
    const wanted = labelsFor({
      conformance: { results: verdicts.map(({ result, verdict }) => ({ ...result, verdict })) },
      decided: new Set(verdicts.filter(({ decided }) => decided).map(({ result }) => result.itemCode)),
      hospitalCode,
      studyDate,
      qualifications: qualifications.get(hospitalCode) ?? [],
      policy: { scopes: [study.scope], release: 'automatic' },
      now,
    });
    const changes = labelChanges(current.get(studyId) ?? [], wanted, now, study.withdrawal);
    return changes.map((change) => ({ studyId, author, ...change }));
  });
  if (events.length === 0) return new Set();
  await client.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])`,
    [
      events.map(({ studyId }) => studyId),
      events.map(({ label }) => label.itemCode),
      events.map(({ label }) => label.scope),
      events.map(({ label }) => label.text),
      events.map(({ event }) => event),
      events.map(({ label }) => label.reason.zh),
      events.map(({ label }) => label.reason.en),
      events.map(({ author }) => author),
    ],
  );
  return new Set(events.map(({ studyId }) => studyId));
}

/** What the studies' hospitals are qualified for, of the items that matter, by hospital. */
async function qualificationsOf(
  client: pg.PoolClient,
  studies: readonly LabelsToSave[],
): Promise<Map<string, QualificationRow[]>> {
  const passed = studies.filter(({ verdicts }) => verdicts.some(({ verdict }) => verdict === 'PASS'));
  if (passed.length === 0) return new Map();
  const rows = await listQualifications(
    client,
    [...new Set(passed.map(({ hospitalCode }) => hospitalCode))],
    [...new Set(passed.flatMap(({ verdicts }) => verdicts.map(({ result }) => result.itemCode)))],
  );
  return Map.groupBy(rows, ({ hospitalCode }) => hospitalCode);
}

async function currentLabels(
  client: pg.PoolClient,
  studyIds: readonly number[],
): Promise<Map<number, HrLabel[]>> {
  const { rows } = await client.query<{
    study_id: number;
    text: string;
    scope: string;
    item_code: string;
    state: HrLabel['state'];
    reason_zh: string;
    reason_en: string;
    created_at: Date;
  }>(
    `SELECT study_id, text, scope, item_code, state, reason_zh, reason_en, created_at
       FROM hr_label WHERE study_id = ANY ($1::bigint[])`,
    [studyIds],
  );
  const labels = new Map<number, HrLabel[]>();
  for (const row of rows) {
    const ofStudy = labels.get(row.study_id) ?? [];
    labels.set(row.study_id, ofStudy);
    ofStudy.push({
      text: row.text,
      scope: row.scope,
      itemCode: row.item_code,
      state: row.state,
      validFrom: row.created_at.toISOString(),
      reason: { zh: row.reason_zh, en: row.reason_en },
    });
  }
  return labels;
}
