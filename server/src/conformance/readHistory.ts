import type { Bilingual, ItemResult, RequirementResult } from '@hutong/conformance';
import { readDecisions } from '@hutong/storage-config';
import type { Pool } from 'pg';
import type { ConformanceHistoryBody } from '../contract/conformance.ts';
import { decisionBody } from '../decisionBody.ts';

/** Results and decisions that one answer lists. */
export const MAX_HISTORY = 200;

type Entry = ConformanceHistoryBody['entries'][number];
type Change = Extract<Entry, { kind: 'result' }>['changes'][number];

interface ResultRow {
  at: Date;
  revision: number;
  settled: boolean;
  catalogue_id: string;
  catalogue_version: string;
  engine_version: string;
  results: ItemResult[] | null;
}

/** Without what was understood of the series, which is most of a result. */
const RESULTS = `SELECT evaluated_at AS at, revision, settled, catalogue_id, catalogue_version, engine_version,
       result -> 'results' AS results
  FROM conformance_result WHERE study_id = $1 ORDER BY conformance_result_id DESC LIMIT $2`;

const PRESENT = `SELECT item_code AS code, encode(evidence_sha256, 'hex') AS evidence FROM study_item WHERE study_id = $1`;

/** What was found of a study and what people decided, the newest first, with what each result changed. */
export async function readHistory(index: Pool, studyId: number): Promise<ConformanceHistoryBody> {
  // One more, for the oldest that is listed differs from it.
  const { rows } = await index.query<ResultRow>(RESULTS, [studyId, MAX_HISTORY + 1]);
  const results = rows.slice(0, MAX_HISTORY).map((row, i): Entry => {
    const items = row.results ?? [];
    const before = rows[i + 1];
    return {
      kind: 'result',
      at: row.at.toISOString(),
      revision: row.revision,
      settled: row.settled,
      catalogue: { id: row.catalogue_id, version: row.catalogue_version },
      engineVersion: row.engine_version,
      items: items.map((item) => ({
        code: item.itemCode,
        name: item.itemName,
        verdict: item.verdict,
        summary: item.summary,
      })),
      changes: before === undefined ? [] : changesBetween(before.results ?? [], items),
    };
  });
  const { rows: present } = await index.query<{ code: string; evidence: string | null }>(PRESENT, [studyId]);
  const evidence = new Map(present.map((item) => [item.code, item.evidence]));
  const decisions = (await readDecisions(index, studyId, MAX_HISTORY)).map((decision): Entry => ({
    kind: 'decision',
    at: decision.at.toISOString(),
    decision: decisionBody(
      decision,
      decision.verdict !== null && evidence.get(decision.itemCode) !== decision.evidence,
    ),
  }));
  const entries = [...results, ...decisions].toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  return { entries };
}

/** In which items, and in which requirements of those, a result differs from the one before it. */
export function changesBetween(before: readonly ItemResult[], after: readonly ItemResult[]): Change[] {
  const codes = [...new Set([...after, ...before].map(({ itemCode }) => itemCode))];
  return codes.flatMap((itemCode) => {
    const old = before.find((item) => item.itemCode === itemCode);
    const now = after.find((item) => item.itemCode === itemCode);
    const requirements = requirementChanges(old?.requirements ?? [], now?.requirements ?? []);
    const from = old?.verdict ?? null;
    const to = now?.verdict ?? null;
    if (from === to && requirements.length === 0) return [];
    // Of an item that came or went its requirements say nothing more.
    return [
      { itemCode, before: from, after: to, requirements: from === null || to === null ? [] : requirements },
    ];
  });
}

function requirementChanges(
  before: readonly RequirementResult[],
  after: readonly RequirementResult[],
): Change['requirements'] {
  const ids = [...new Set([...after, ...before].map(({ id }) => id))];
  return ids.flatMap((id) => {
    const old = before.find((one) => one.id === id);
    const now = after.find((one) => one.id === id);
    if (old?.status === now?.status) return [];
    const label: Bilingual = now?.label ?? old?.label ?? { zh: id, en: id };
    return [{ id, label, before: old?.status ?? null, after: now?.status ?? null }];
  });
}
