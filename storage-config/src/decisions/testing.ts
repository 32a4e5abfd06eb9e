/** For tests: studies that were judged, without an engine. */
import type {
  ItemResult,
  RequirementStatus,
  SeriesFacts,
  StudyConformance,
  Verdict,
} from '@hutong/conformance';
import type pg from 'pg';
import { inTransaction } from '../database.ts';
import { itemsToLabel, saveLabels } from '../labels/saveLabels.ts';
import { type SavedVerdicts, saveVerdicts } from './saveVerdicts.ts';

export const SCOPE = '龙南市';

export interface JudgedItem {
  code: string;
  verdict: Verdict;
  catalogue?: { id: string; version: string };
  /** Its one requirement; as the verdict says, when absent. */
  status?: RequirementStatus;
  /** Sentence of the summary and the reason. */
  words?: string;
}

const STATUS = { PASS: 'SATISFIED', FAIL: 'NOT_SATISFIED', REVIEW: 'UNDECIDED' } as const;

export function itemResult({
  code,
  verdict,
  catalogue = { id: 'c', version: '1' },
  status = STATUS[verdict],
  words = 'why',
}: JudgedItem): ItemResult {
  const both = { zh: words, en: words };
  return {
    catalogue,
    itemCode: code,
    itemName: { zh: `项目${code}`, en: `Item ${code}` },
    verdict,
    summary: both,
    identifiedBy: [{ fact: 'item', source: 'StudyDescription', text: both }],
    requirements: [
      {
        id: 'DWI',
        level: 'must',
        label: { zh: '弥散', en: 'DWI' },
        status,
        reason: both,
        evidence:
          status === 'SATISFIED' ? [{ seriesInstanceUid: series().seriesInstanceUid, note: both }] : [],
      },
    ],
  };
}

/** The one series of a study; `weighting` is what evidence can differ in. */
export function series(weighting: SeriesFacts['weighting'] = 'DWI'): SeriesFacts {
  return {
    seriesInstanceUid: '1.2.3.1' as SeriesFacts['seriesInstanceUid'],
    seriesNumber: 1,
    seriesDescription: 'DWI',
    modality: 'MR',
    numberOfInstances: 20,
    weighting,
    fatSat: 'no',
    plane: 'axial',
    contrast: 'unknown',
    phase: null,
    bodyRegion: ['head'],
    derived: null,
    laterality: null,
    view: null,
    bValues: [0, 1000],
    thicknessMm: 5,
    coverageMm: 120,
    confidence: 1,
    because: [],
  };
}

export function conformanceOf(
  items: readonly JudgedItem[],
  facts: readonly SeriesFacts[] = [series()],
): StudyConformance {
  const results = items.map(itemResult);
  return {
    engineVersion: '1',
    catalogue: results[0]?.catalogue ?? { id: 'c', version: '1' },
    settled: true,
    results,
    series: [...facts],
  };
}

function there<T>(one: T | undefined): T {
  if (one === undefined) throw new Error('there is no such study');
  return one;
}

/** Adds the row of a study; returns its number. */
export async function addStudy(
  index: pg.Pool,
  { hospital = 'h1', uid = '1.2.3', ...columns }: Record<string, unknown> = {},
): Promise<number> {
  const { rows } = await index.query<{ id: number }>(
    `INSERT INTO study (hospital_code, study_instance_uid, study_date, conformance_revision, revision, modalities,
                        study_description)
     VALUES ($1, $2, $3, 1, 1, '{MR}', $4) RETURNING study_id AS id`,
    [hospital, uid, columns['date'] ?? '20260301', columns['description'] ?? '头颅MRI'],
  );
  return there(rows[0]).id;
}

/** Saves a result of the study's present revision with verdicts and labels, as the worker does. */
export async function judge(
  index: pg.Pool,
  studyId: number,
  conformance: StudyConformance,
): Promise<SavedVerdicts & { labelled: boolean }> {
  return inTransaction(index, async (client) => {
    const { rows } = await client.query<{ hospital: string; revision: number }>(
      `SELECT hospital_code AS hospital, conformance_revision AS revision FROM study WHERE study_id = $1
          FOR NO KEY UPDATE`,
      [studyId],
    );
    const { hospital, revision } = there(rows[0]);
    await client.query(
      `INSERT INTO conformance_result (study_id, revision, catalogue_id, catalogue_version, engine_version, settled, result)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        studyId,
        revision,
        conformance.catalogue.id,
        conformance.catalogue.version,
        conformance.engineVersion,
        conformance.settled,
        JSON.stringify(conformance),
      ],
    );
    const saved = there((await saveVerdicts(client, [{ studyId, conformance }])).get(studyId));
    const labels = {
      studyId,
      hospitalCode: hospital,
      studyDate: '2026-03-01',
      items: itemsToLabel(saved.verdicts),
    };
    const labelled = await saveLabels(client, [labels], {
      scope: SCOPE,
      cause: 'verdict',
      author: `engine ${conformance.engineVersion}`,
    });
    return { ...saved, labelled: labelled.has(studyId) };
  });
}
