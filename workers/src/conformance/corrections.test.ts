import {
  CatalogueReader,
  deleteInstances,
  endedOfStudy,
  inTransaction,
  markSent,
  recordQualification,
  recoverInstances,
  takeUnsent,
} from '@hutong/storage-config';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestArchive, type TestArchive } from '../../../storage-config/src/corrections/testing.ts';
import { demoStudies, imageHeaders, toInstance } from '../../../test/factories/index.ts';
import { seriesUid } from '../../../test/factories/study/study.ts';
import { type JudgeParts, judgeStudy } from './judgeStudy.ts';

// A brain MR that passes, and fails without its FLAIR series.
const { spec, studyInstanceUid, expected } = demoStudies().find(({ key }) => key === 'brain-mr')!;
const reason = { code: 'WRONG_STUDY', text: '' } as const;
let archive: TestArchive;
let parts: JudgeParts;

beforeAll(async () => {
  archive = await openTestArchive();
  const log = pino({ level: 'silent' });
  const config = { settledHours: 0, regionName: '龙南市', regionCode: '451200' };
  parts = { index: archive.index, config, catalogues: new CatalogueReader(), log };
  await recordQualification(archive.index, {
    hospitalCode: 'h1',
    itemCode: expected.itemCode!,
    scope: '龙南市',
    evaluatedAt: '2020-01-01',
    validUntil: '2099-01-01',
    result: 'passed',
    document: '',
    recordedBy: 'test',
  });
  const instances = spec.series.flatMap((series) =>
    Array.from({ length: series.count }, (_, i) =>
      toInstance({ ...imageHeaders(spec, series, i), PixelData: new Uint8Array(2) }),
    ),
  );
  for (let i = 0; i < instances.length; i += 64)
    await archive.store(instances.slice(i, i + 64).map(({ bytes }) => bytes));
});
afterAll(() => archive.close());

/** Does the work that is due, as the relay and the processors do. */
async function judgeDue(): Promise<void> {
  const events = await inTransaction(archive.index, async (client) => {
    const taken = await takeUnsent(client, 100);
    await markSent(
      client,
      taken.map(({ id }) => id),
    );
    return taken;
  });
  for (const { id, studyId } of events) await judgeStudy(parts, { outboxId: id, studyId });
}

const verdicts = async () =>
  (
    await archive.index.query<{ code: string; verdict: string }>(
      `SELECT item_code AS code, verdict FROM study_item JOIN study USING (study_id)
        WHERE judged_revision = conformance_revision`,
    )
  ).rows;
const labels = async () =>
  (
    await archive.index.query<{ state: string }>(
      'SELECT state FROM hr_label_event ORDER BY hr_label_event_id',
    )
  ).rows.map(({ state }) => state);
const labelsInForce = async () =>
  (
    await archive.index.query<{ text: string }>(
      `SELECT text FROM hr_label JOIN study USING (study_id) WHERE state = 'applied'`,
    )
  ).rows;

const remove = (series: string | null) =>
  deleteInstances(
    archive.index,
    archive.correcting,
    { study: studyInstanceUid, series, instance: null },
    null,
    reason,
  );
const recover = () =>
  recoverInstances(
    archive.index,
    archive.correcting,
    studyInstanceUid,
    endedOfStudy(studyInstanceUid),
    null,
    { code: 'MISTAKE', text: '' },
  );

test('S0: the verdict and the label follow deletions and recoveries, and their history outlives the study', async () => {
  const pass = [{ code: expected.itemCode, verdict: 'PASS' }];
  await judgeDue();
  expect(await verdicts()).toEqual(pass);
  expect(await labels()).toEqual(['applied']);

  const flair = spec.series.find(({ key }) => key === 'flair')!;
  await remove(seriesUid(spec.seed, flair.key));
  // Until it is judged again nothing is said.
  expect(await verdicts()).toEqual([]);
  await judgeDue();
  expect(await verdicts()).toEqual([{ code: expected.itemCode, verdict: 'FAIL' }]);
  expect(await labels()).toEqual(['applied', 'withdrawn']);

  await recover();
  await judgeDue();
  expect(await verdicts()).toEqual(pass);
  expect(await labels()).toEqual(['applied', 'withdrawn', 'applied']);

  await remove(null);
  expect(await labelsInForce()).toEqual([]);
  expect(await labels()).toEqual(['applied', 'withdrawn', 'applied', 'withdrawn']);
  await judgeDue();

  await recover();
  await judgeDue();
  expect(await verdicts()).toEqual(pass);
  expect(await labelsInForce()).toHaveLength(1);
  expect(await labels()).toEqual(['applied', 'withdrawn', 'applied', 'withdrawn', 'applied']);
  const { rows } = await archive.index.query<{ n: number }>(
    'SELECT count(*) AS n FROM conformance_result JOIN study USING (study_id)',
  );
  expect(rows[0]!.n).toBe(4);
});
