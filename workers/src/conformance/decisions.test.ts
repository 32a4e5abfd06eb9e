import {
  CatalogueReader,
  decideVerdict,
  deleteInstances,
  endedOfStudy,
  inTransaction,
  markSent,
  publishStudyChanged,
  recordPatientCorrection,
  recordQualification,
  recoverInstances,
  saveExamMappings,
  takeUnsent,
} from '@hutong/storage-config';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  openTestArchive,
  PERSON,
  type TestArchive,
} from '../../../storage-config/src/corrections/testing.ts';
import { demoStudies, imageHeaders, toInstance } from '../../../test/factories/index.ts';
import { seriesUid } from '../../../test/factories/study/study.ts';
import { type JudgeParts, judgeStudy } from './judgeStudy.ts';

// A brain MR that passes, and fails without its FLAIR series; two hospitals have it.
const { spec, studyInstanceUid, expected } = demoStudies().find(({ key }) => key === 'brain-mr')!;
const ITEM = expected.itemCode!;
const SCOPE = '龙南市';
let archive: TestArchive;
let parts: JudgeParts;

beforeAll(async () => {
  archive = await openTestArchive();
  const config = { settledHours: 0, regionName: SCOPE, regionCode: '451200' };
  parts = {
    index: archive.index,
    config,
    catalogues: new CatalogueReader(),
    log: pino({ level: 'silent' }),
  };
  const instances = spec.series.flatMap((series) =>
    Array.from({ length: series.count }, (_, i) =>
      toInstance({ ...imageHeaders(spec, series, i), PixelData: new Uint8Array(2) }),
    ),
  );
  for (const hospital of ['h1', 'h2']) {
    await recordQualification(archive.index, {
      hospitalCode: hospital,
      itemCode: ITEM,
      scope: SCOPE,
      evaluatedAt: '2020-01-01',
      validUntil: '2099-01-01',
      result: 'passed',
    });
    for (let i = 0; i < instances.length; i += 64)
      await archive.store(
        instances.slice(i, i + 64).map(({ bytes }) => bytes),
        { hospital },
      );
  }
  await judgeDue();
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
  for (const { id, studyId, topic } of events)
    if (topic === 'study.changed' || topic === 'study.settled')
      await judgeStudy(parts, { outboxId: id, studyId });
}

interface Held {
  id: number;
  verdict: string;
  machine: string;
  stale: boolean;
  evidence: string;
  labels: number;
}
async function heldAt(hospital: string): Promise<Held | undefined> {
  const { rows } = await archive.index.query<Held>(
    `SELECT study_id AS id, verdict, machine_verdict AS machine, decision_stale AS stale,
            encode(evidence_sha256, 'hex') AS evidence,
            (SELECT count(*) FROM hr_label l WHERE l.study_id = i.study_id AND l.state = 'applied') AS labels
       FROM study_item i JOIN study USING (study_id) WHERE study.hospital_code = $1 AND item_code = $2`,
    [hospital, ITEM],
  );
  return rows[0];
}

async function decide(hospital: string, verdict: 'PASS' | 'FAIL' | null): Promise<void> {
  const { id, evidence } = (await heldAt(hospital))!;
  const made = await decideVerdict(archive.index, {
    studyId: id,
    itemCode: ITEM,
    verdict,
    reason: '运动伪影',
    evidence,
    author: PERSON,
    scope: SCOPE,
  });
  expect(made.outcome).toBe('decided');
}

test("a decision holds for one hospital's copy, and the other's is as the machine found it", async () => {
  expect(await heldAt('h1')).toMatchObject({ verdict: 'PASS', machine: 'PASS', labels: 1 });
  await decide('h1', 'FAIL');
  expect(await heldAt('h1')).toMatchObject({ verdict: 'FAIL', machine: 'PASS', stale: false, labels: 0 });
  expect(await heldAt('h2')).toMatchObject({ verdict: 'PASS', machine: 'PASS', labels: 1 });
});

test('judging again, a re-send, and a corrected name leave it standing', async () => {
  const { id } = (await heldAt('h1'))!;
  await publishStudyChanged(archive.index, id, 0);
  await judgeDue();
  await recordPatientCorrection(
    archive.index,
    archive.correcting,
    'h1',
    { kind: 'studyAttributes', studyInstanceUid, values: { patientBirthDate: '19600101' } },
    { code: 'WRONG_DATA', text: '' },
  );
  await judgeDue();
  expect(await heldAt('h1')).toMatchObject({ verdict: 'FAIL', machine: 'PASS', stale: false, labels: 0 });
});

test('it becomes stale when series go, and stands again when they come back', async () => {
  const flair = seriesUid(spec.seed, spec.series.find(({ key }) => key === 'flair')!.key);
  await decide('h1', null);
  await decide('h1', 'PASS');
  await deleteInstances(
    archive.index,
    archive.correcting,
    { study: studyInstanceUid, series: flair, instance: null },
    ['h1'],
    { code: 'WRONG_STUDY', text: '' },
  );
  await judgeDue();
  expect(await heldAt('h1')).toMatchObject({ verdict: 'FAIL', machine: 'FAIL', stale: true, labels: 0 });
  await recoverInstances(
    archive.index,
    archive.correcting,
    studyInstanceUid,
    endedOfStudy(studyInstanceUid),
    ['h1'],
    { code: 'MISTAKE', text: '' },
  );
  await judgeDue();
  expect(await heldAt('h1')).toMatchObject({ verdict: 'PASS', machine: 'PASS', stale: false, labels: 1 });
});

test('it outlives the study, and holds again when the study comes back', async () => {
  await decide('h1', 'FAIL');
  await deleteInstances(
    archive.index,
    archive.correcting,
    { study: studyInstanceUid, series: null, instance: null },
    ['h1'],
    { code: 'WRONG_STUDY', text: '' },
  );
  expect(await heldAt('h1')).toBeUndefined();
  await recoverInstances(
    archive.index,
    archive.correcting,
    studyInstanceUid,
    endedOfStudy(studyInstanceUid),
    ['h1'],
    { code: 'MISTAKE', text: '' },
  );
  await judgeDue();
  expect(await heldAt('h1')).toMatchObject({ verdict: 'FAIL', machine: 'PASS', stale: false, labels: 0 });
});

test("an exam that is mapped is judged on the mapped items, in that hospital's copies alone", async () => {
  const { rows } = await archive.index.query<{ name: string }>(
    `SELECT name FROM exam_name WHERE hospital_code = 'h2' AND code = '' LIMIT 1`,
  );
  await inTransaction(archive.index, (client) =>
    saveExamMappings(
      client,
      'h2',
      [{ hospital: 'h2', code: '', scheme: '', name: rows[0]!.name, itemCodes: [] }],
      PERSON,
    ),
  );
  for (const hospital of ['h1', 'h2'])
    await publishStudyChanged(archive.index, (await heldAt(hospital))!.id, 0);
  await judgeDue();
  expect(await heldAt('h2')).toBeUndefined();
  expect(await heldAt('h1')).toMatchObject({ machine: 'PASS' });
  const { rows: labels } = await archive.index.query<{ state: string }>(
    `SELECT state FROM hr_label JOIN study USING (study_id) WHERE hospital_code = 'h2'`,
  );
  expect(labels.map(({ state }) => state)).toEqual(['withdrawn']);
});
