import { zstdCompressSync } from 'node:zlib';
import { expand } from '../../packages/conformance/catalogues/headers.ts';
import { HECHI_2024_EXAMPLES } from '../../packages/conformance/catalogues/hechi2024.examples.ts';
import {
  type Catalogue,
  defaultCatalogue,
  ENGINE_VERSION,
  evaluateStudy,
  type StudyConformance,
  SUMMARY_VERSION,
  summarizeStudy,
} from '../../packages/conformance/src/index.ts';
import { evidenceDigest, type openIndex } from '../../storage-config/src/index.ts';
import { storableJson, substanceDigest } from '../../workers/src/conformance/substance.ts';
import { makeIndex } from '../searchLarge/makeIndex.ts';

type Pool = ReturnType<typeof openIndex>;

/** Where every hospital of the index is, and at which scope its labels hold. */
export const REGION = { code: '451200', name: '河池市' };

/** Studies of one kind: what their headers say, and what the list says of it. */
interface Kind {
  summary: Buffer;
  conformance: StudyConformance;
}

/** Every example of the list that is on an item; none carries a mapping. */
function kindsOf(catalogue: Catalogue): Kind[] {
  return HECHI_2024_EXAMPLES.flatMap(({ study }) => {
    const summary = summarizeStudy(expand(study));
    const conformance = evaluateStudy(summary, catalogue, { settled: true });
    if (conformance.results.length === 0) return [];
    return [{ summary: zstdCompressSync(JSON.stringify(summary)), conformance }];
  });
}

/**
 * Fills an empty index with studies that were judged by the default list, as the workers leave them: summaries, results,
 * verdicts and labels. The kinds of studies take turns. Returns how many kinds there are.
 */
export async function makeJudgedIndex(pool: Pool, studies: number): Promise<number> {
  await makeIndex(pool, { studies, seriesOfStudy: 3 });
  const catalogue = defaultCatalogue();
  const kinds = kindsOf(catalogue);
  const client = await pool.connect();
  try {
    await client.query(`SET statement_timeout = 0`);
    await client.query('UPDATE hospital SET region = $1', [REGION.code]);
    // Days of the last year, when the list is in force.
    await client.query(
      `UPDATE study SET study_date = to_char(date '2025-01-01' + (study_id % 365)::integer, 'YYYYMMDD'), judged_revision = NULL`,
    );
    await client.query(
      `INSERT INTO qualification (hospital_code, item_code, scope, evaluated_at, valid_until, result)
       SELECT code, item, $2, '2024-01-01', '2027-01-01', 'passed' FROM hospital, unnest($1::text[]) AS item`,
      [catalogue.items.map(({ code }) => code), REGION.name],
    );
    await putKinds(client, kinds);
    await client.query(JUDGE_SQL, [
      catalogue.id,
      catalogue.version,
      ENGINE_VERSION,
      SUMMARY_VERSION,
      kinds.length,
    ]);
    await client.query(ITEMS_SQL, [kinds.length]);
    await client.query(LABELS_SQL, [REGION.name]);
    await client.query('DROP TABLE bench_kind, bench_item');
    await client.query('VACUUM ANALYZE');
  } finally {
    client.release(true);
  }
  return kinds.length;
}

async function putKinds(
  client: { query(text: string, values?: unknown[]): Promise<unknown> },
  kinds: readonly Kind[],
): Promise<void> {
  await client.query('CREATE TABLE bench_kind (n integer, summary bytea, result jsonb, digest bytea)');
  await client.query(
    'INSERT INTO bench_kind SELECT * FROM unnest($1::integer[], $2::bytea[], $3::jsonb[], $4::bytea[])',
    [
      kinds.map((_, n) => n),
      kinds.map(({ summary }) => summary),
      kinds.map(({ conformance }) => storableJson(conformance)),
      kinds.map(({ conformance }) => substanceDigest(conformance)),
    ],
  );
  const items = kinds.flatMap(({ conformance }, n) =>
    conformance.results.map((result) => ({
      n,
      code: result.itemCode,
      verdict: result.verdict,
      evidence: Buffer.from(evidenceDigest(result, conformance.series), 'hex'),
    })),
  );
  await client.query('CREATE TABLE bench_item (n integer, code text, verdict text, evidence bytea)');
  await client.query(
    'INSERT INTO bench_item SELECT * FROM unnest($1::integer[], $2::text[], $3::text[], $4::bytea[])',
    [
      items.map(({ n }) => n),
      items.map(({ code }) => code),
      items.map(({ verdict }) => verdict),
      items.map(({ evidence }) => evidence),
    ],
  );
}

const JUDGE_SQL = `
WITH kind_of AS (SELECT study_id, conformance_revision AS revision, k.*
                   FROM study JOIN bench_kind k ON k.n = study_id % $5::bigint ORDER BY study_id),
     summarized AS (INSERT INTO study_summary (study_id, revision, summary_version, summary)
                    SELECT study_id, revision, $4::integer, summary FROM kind_of),
     judged AS (INSERT INTO conformance_result (study_id, revision, catalogue_id, catalogue_version, engine_version, settled,
                                                result, content_sha256)
                SELECT study_id, revision, $1, $2, $3, true, result, digest FROM kind_of
                RETURNING study_id, conformance_result_id)
INSERT INTO study_judgement (study_id, conformance_result_id, catalogue_id, catalogue_version, engine_version)
SELECT study_id, conformance_result_id, $1, $2, $3 FROM judged`;

const ITEMS_SQL = `
INSERT INTO study_item (study_id, hospital_code, item_code, verdict, machine_verdict, evidence_sha256)
SELECT study_id, hospital_code, i.code, i.verdict, i.verdict, i.evidence
  FROM study JOIN bench_item i ON i.n = study_id % $1::bigint ORDER BY study_id`;

const LABELS_SQL = `
INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
SELECT study_id, item_code, $1, $1 || 'HR', 'applied', '合格', 'passed', 'bench'
  FROM study_item WHERE verdict = 'PASS' ORDER BY study_id`;

/**
 * A version of the default list by which some studies come to another result: their items ask for one thing more, which no
 * study has.
 *
 * @param share of the items that ask for it, 0 to 1
 */
export function changedList(version: string, share: number): Catalogue {
  const list = { ...structuredClone(defaultCatalogue()), version };
  list.items.forEach((item, n) => {
    const [first] = item.requirements;
    if (first === undefined || Math.floor((n + 1) * share) === Math.floor(n * share)) return;
    item.requirements.push({
      ...structuredClone(first),
      id: `BENCH${Math.round(share * 100)}`,
      level: 'must',
      label: { zh: '测试', en: 'Bench' },
      expr: { modality: ['XX'] },
    });
  });
  return list;
}
