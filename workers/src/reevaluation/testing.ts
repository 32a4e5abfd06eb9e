/** For tests: an index with judged studies that have summaries and no instances. */
import { zstdCompressSync } from 'node:zlib';
import { type Catalogue, defaultCatalogue, SUMMARY_VERSION, summarizeStudy } from '@hutong/conformance';
import {
  CatalogueReader,
  type CatalogueChange,
  changeCatalogueState,
  createHospital,
  importCatalogue,
  inTransaction,
  publishStudyChanged,
} from '@hutong/storage-config';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import type pg from 'pg';
import pino from 'pino';
import { expand } from '../../../packages/conformance/catalogues/headers.ts';
import { HECHI_2024_EXAMPLES } from '../../../packages/conformance/catalogues/hechi2024.examples.ts';
import { judgeStudy } from '../conformance/judgeStudy.ts';
import { reevaluateStep } from './reevaluateStep.ts';
import type { ReevaluationParts } from './startReevaluation.ts';

export const SCOPE = '龙南市';
export const REGION = '451200';

/** A brain MR without diffusion: fails the default list, and passes one that does not ask for it. */
const EXAMPLE = HECHI_2024_EXAMPLES.find(
  ({ itemCode, about }) => itemCode === 'MR-01' && about.startsWith('no diffusion'),
);
if (EXAMPLE === undefined) throw new Error('the example is gone');
const SUMMARY = summarizeStudy(expand(EXAMPLE.study));

export function partsOf(index: pg.Pool): ReevaluationParts {
  const log = pino({ level: 'silent' });
  const config = { settledHours: 0, regionName: SCOPE, regionCode: REGION, reevaluationShare: 100 };
  return { index, config, catalogues: new CatalogueReader(), log };
}

/** The default list as a version of a list of its own, changed. */
export function listOf(version: string, change: (list: Catalogue) => void = () => undefined): Catalogue {
  const list = { ...structuredClone(defaultCatalogue()), id: 'list', version };
  change(list);
  return list;
}

/** Takes the diffusion out of what the plain brain needs. */
export function withoutDiffusion(list: Catalogue): void {
  const brain = list.items.find(({ code }) => code === 'MR-01');
  if (brain !== undefined) brain.requirements = brain.requirements.filter(({ id }) => id !== 'DWI');
}

export interface JudgedIndex extends TestDatabase {
  parts: ReevaluationParts;
  enforce(list: Catalogue, from?: string): Promise<CatalogueChange['id']>;
  /** Adds judged studies of a date. */
  addStudies(count: number, date: string): Promise<number[]>;
  /** Does all that was asked for. */
  reevaluate(): Promise<void>;
}

/** An index whose hospital `h1` is judged by the list `list` alone. */
export async function openJudgedIndex(): Promise<JudgedIndex> {
  const database = await createTestDatabase();
  const index = database.pool;
  const parts = partsOf(index);
  await createHospital(index, { code: 'h1', nameZh: '一院', nameEn: 'First', region: '451202' });
  await index.query(`UPDATE catalogue SET state = 'withdrawn'`);
  let added = 0;
  return {
    ...database,
    parts,
    enforce: async (list, from) => {
      await inTransaction(index, async (client) => {
        await importCatalogue(client, { document: list, catalogue: list, by: 'test' });
        await changeCatalogueState(client, {
          id: list.id,
          version: list.version,
          state: 'inForce',
          ...(from === undefined ? {} : { effectiveFrom: from }),
          by: 'test',
          defaultRegion: REGION,
        });
      });
      return list.id;
    },
    addStudies: async (count, date) => {
      const { rows } = await index.query<{ id: number }>(
        `INSERT INTO study (hospital_code, study_instance_uid, study_date, revision, conformance_revision)
         SELECT 'h1', '1.7.' || n, $3, 1, 1 FROM generate_series($1::integer, $2::integer) n
         RETURNING study_id AS id`,
        [added + 1, added + count, date],
      );
      added += count;
      const ids = rows.map(({ id }) => id);
      await index.query(
        `INSERT INTO study_summary (study_id, revision, summary_version, summary)
         SELECT id, 1, $2, $3 FROM unnest($1::bigint[]) AS id`,
        [ids, SUMMARY_VERSION, zstdCompressSync(JSON.stringify(SUMMARY))],
      );
      for (const id of ids) await publishStudyChanged(index, id, 0);
      const { rows: due } = await index.query<{ id: number; study_id: number }>(
        'SELECT id, study_id FROM outbox WHERE done_at IS NULL AND study_id = ANY ($1)',
        [ids],
      );
      for (const job of due) await judgeStudy(parts, { outboxId: job.id, studyId: job.study_id });
      return ids;
    },
    reevaluate: async () => {
      while ((await reevaluateStep(parts)) === 'worked');
    },
  };
}
