import {
  type Bilingual,
  type CatalogueChoiceReason,
  defaultCatalogue,
  type HrLabel,
  type StudyConformance,
} from '@hutong/conformance';
import { evidenceDigest, findDecisions, type VerdictDecision } from '@hutong/storage-config';
import type { Pool } from 'pg';
import type { JudgedItemBody, StudyConformanceBody } from '../contract/conformance.ts';
import { decisionBody } from '../decisionBody.ts';
import { runStatement } from '../dicomweb/statement.ts';

interface ConformanceRow extends Record<string, unknown> {
  code: string;
  name_zh: string;
  name_en: string;
  revision: number | null;
  settled: boolean | null;
  result: StudyConformance | null;
  evaluated_at: Date | null;
  engine_version: string | null;
  catalogue_id: string | null;
  catalogue_version: string | null;
  catalogue_choice: CatalogueChoiceReason | null;
  title: Bilingual | null;
  items: ItemRow[] | null;
  labels: HrLabel[] | null;
}

interface ItemRow {
  code: string;
  verdict: JudgedItemBody['effectiveVerdict'];
  decision: number | null;
  stale: boolean;
}

/** The newest result of the study's present revision; the list and rules it was judged with last. */
const CONFORMANCE = `SELECT h.code, h.name_zh, h.name_en, r.revision, r.settled, r.result,
       coalesce(j.judged_at, r.evaluated_at) AS evaluated_at, coalesce(j.engine_version, r.engine_version) AS engine_version,
       coalesce(j.catalogue_id, r.catalogue_id) AS catalogue_id,
       coalesce(j.catalogue_version, r.catalogue_version) AS catalogue_version, j.catalogue_choice,
       (SELECT c.heading -> 'title' FROM catalogue c
         WHERE c.catalogue_id = coalesce(j.catalogue_id, r.catalogue_id)
           AND c.version = coalesce(j.catalogue_version, r.catalogue_version)) AS title,
       (SELECT json_agg(json_build_object('code', i.item_code, 'verdict', i.verdict, 'decision', i.verdict_decision_id,
                                          'stale', i.decision_stale))
          FROM study_item i WHERE i.study_id = s.study_id) AS items,
       (SELECT json_agg(json_build_object(
                 'text', l.text, 'scope', l.scope, 'itemCode', l.item_code, 'state', l.state,
                 'validFrom', to_char(l.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                 'reason', json_build_object('zh', l.reason_zh, 'en', l.reason_en)) ORDER BY l.item_code, l.scope)
          FROM hr_label l WHERE l.study_id = s.study_id) AS labels
  FROM study s
  JOIN hospital h ON h.code = s.hospital_code
  LEFT JOIN LATERAL (SELECT c.* FROM conformance_result c
                      WHERE c.study_id = s.study_id AND c.revision = s.conformance_revision
                      ORDER BY c.conformance_result_id DESC LIMIT 1) AS r ON true
  LEFT JOIN study_judgement j ON j.study_id = s.study_id AND j.conformance_result_id = r.conformance_result_id
 WHERE s.study_id = $1`;

/**
 * The conformance result of a study, with the verdicts that hold. While no result of its present revision exists it is
 * pending, and what was found at an older revision is left out, for it may be wrong by now; labels stay until they are
 * withdrawn. Null when the study is gone.
 *
 * @param mayDecide whether the caller may decide on verdicts of the hospital
 */
export async function readConformance(
  index: Pool,
  studyId: number,
  mayDecide: boolean,
): Promise<StudyConformanceBody | null> {
  const [row] = await runStatement<ConformanceRow>(index, CONFORMANCE, [studyId]);
  if (row === undefined) return null;
  const { result } = row;
  const items = row.items ?? [];
  const decisions = await findDecisions(
    index,
    result === null ? [] : items.flatMap(({ decision }) => decision ?? []),
  );
  return {
    status: result === null ? 'pending' : 'done',
    settled: row.settled ?? false,
    revision: row.revision,
    hospital: { code: row.code, name: { zh: row.name_zh, en: row.name_en } },
    ...(result?.notListed === undefined ? {} : { notListed: result.notListed }),
    results: result === null ? [] : result.results.map((one) => judgedItem(one, result, items, decisions)),
    series: result?.series ?? [],
    labels: row.labels ?? [],
    catalogue: catalogueOf(row),
    catalogueChoice: row.catalogue_choice,
    engineVersion: row.engine_version,
    evaluatedAt: row.evaluated_at?.toISOString() ?? null,
    mayDecide: mayDecide && result !== null,
  };
}

function judgedItem(
  result: StudyConformance['results'][number],
  { series }: StudyConformance,
  items: readonly ItemRow[],
  decisions: ReadonlyMap<number, VerdictDecision>,
): JudgedItemBody {
  const item = items.find(({ code }) => code === result.itemCode);
  const decision = decisions.get(item?.decision ?? -1);
  return {
    ...result,
    effectiveVerdict: item?.verdict ?? result.verdict,
    decision: decision === undefined ? null : decisionBody(decision, item?.stale === true),
    evidence: evidenceDigest(result, series),
  };
}

function catalogueOf({
  catalogue_id: id,
  catalogue_version: version,
  title,
}: ConformanceRow): StudyConformanceBody['catalogue'] {
  if (id === null || version === null) return null;
  if (title !== null) return { id, version, title };
  const shipped = defaultCatalogue();
  const known = shipped.id === id && shipped.version === version;
  return { id, version, title: known ? shipped.title : { zh: id, en: id } };
}
