import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  aCtStudy,
  anInstance,
  type FactoryInstance,
  toInstance,
  uidFrom,
} from '../../../test/factories/index.ts';
import { metadataRenditionKey } from '../metadataRenditions.ts';
import { pictureRenditionKey } from '../pictureRenditions.ts';
import { INSTANCES_PREFIX } from '../objectKeys.ts';
import { sweepOrphans } from '../sweepOrphans.ts';
import { deleteInstances } from './deleteInstances.ts';
import { decideKeptAside } from './keptAside.ts';
import { removeFormer } from './removeFormer.ts';
import { endedByEvent, endedOfStudy, recoverInstances } from './recoverInstances.ts';
import { reindex } from '../reindex/reindex.ts';
import { readEvents } from './history.ts';
import type { CorrectionReasonCode } from './reasons.ts';
import { openTestArchive, PERSON, type TestArchive } from './testing.ts';

let archive: TestArchive;
beforeAll(async () => {
  archive = await openTestArchive();
});
afterAll(() => archive.close());

const bytesOf = (instances: readonly FactoryInstance[]) => instances.map((instance) => instance.bytes);

/** What searches see of a study, for one hospital. */
async function seen(study: string, hospital = 'h1') {
  const { rows } = await archive.index.query(
    `SELECT s.patient_name_alphabetic AS name, s.study_description AS description, s.modalities, s.number_of_series AS series,
            s.number_of_instances AS instances, s.revision, s.conformance_revision AS conformance,
            (SELECT array_agg(i.sop_instance_uid ORDER BY i.instance_number, i.sop_instance_uid)
               FROM instance i WHERE i.study_id = s.study_id) AS uids,
            (SELECT array_agg(e.number_of_instances ORDER BY e.series_number) FROM series e
              WHERE e.study_id = s.study_id) AS counts
       FROM study s WHERE s.study_instance_uid = $1 AND s.hospital_code = $2`,
    [study, hospital],
  );
  return (rows as Record<string, unknown>[])[0] ?? null;
}

async function events(study: string) {
  const { rows } = await archive.index.query<{ kind: string; instances: number; author_name: string }>(
    'SELECT kind, instances, author_name FROM study_event WHERE study_instance_uid = $1 ORDER BY study_event_id',
    [study],
  );
  return rows;
}

const changesOf = async (study: string) =>
  (
    await archive.index.query<{ action: string }>(
      'SELECT action FROM change WHERE study_instance_uid = $1 ORDER BY change_id',
      [study],
    )
  ).rows.map(({ action }) => action);

const deletePath = (
  study: string,
  series: string | null = null,
  instance: string | null = null,
  hospitals: string[] | null = null,
) =>
  deleteInstances(archive.index, archive.correcting, { study, series, instance }, hospitals, {
    code: 'WRONG_PATIENT',
    text: '',
  });

const recoverAll = (study: string) =>
  recoverInstances(archive.index, archive.correcting, study, endedOfStudy(study), null, {
    code: 'MISTAKE',
    text: '',
  });

test('a deleted instance is gone from the study, which counts again', async () => {
  const study = aCtStudy({ seed: 'delete one' });
  await archive.store(bytesOf(study.instances));
  const before = await seen(study.studyInstanceUid);
  const [first] = study.instances;
  const made = await deletePath(study.studyInstanceUid, first!.seriesInstanceUid, first!.sopInstanceUid);
  expect(made).toHaveLength(1);
  const after = await seen(study.studyInstanceUid);
  expect(after).toMatchObject({ instances: 2, counts: [2], series: 1, modalities: ['CT'] });
  expect(after!['revision']).toBeGreaterThan(before!['revision'] as number);
  expect(after!['conformance']).toBeGreaterThan(before!['conformance'] as number);
  expect(await events(study.studyInstanceUid)).toEqual([
    { kind: 'deleted', instances: 1, author_name: 'Dr Li' },
  ]);
  expect(await deletePath(study.studyInstanceUid, first!.seriesInstanceUid, first!.sopInstanceUid)).toEqual(
    [],
  );
});

test('pictures and metadata made of a study go with what is deleted of it', async () => {
  const study = aCtStudy({ seed: 'renditions' });
  const [first] = study.instances;
  await archive.store(bytesOf(study.instances));
  const identity = { hospital: 'h1', ...first! };
  await archive.objects.put(
    pictureRenditionKey(identity, 'ab'.repeat(32), 'thumbnail.jpg'),
    Buffer.from('x'),
    {},
  );
  for (const hospital of ['h1', null])
    await archive.objects.put(
      metadataRenditionKey({
        hospital,
        studyInstanceUid: study.studyInstanceUid,
        seriesInstanceUid: null,
        facts: '1',
      }),
      Buffer.from('x'),
      {},
    );
  const other = { ...identity, studyInstanceUid: uidFrom('another study') };
  await archive.objects.put(
    pictureRenditionKey(other, 'ab'.repeat(32), 'thumbnail.jpg'),
    Buffer.from('x'),
    {},
  );
  await deletePath(study.studyInstanceUid, first!.seriesInstanceUid, first!.sopInstanceUid);
  const left = [];
  for await (const { key } of archive.objects.list('renditions/')) left.push(key);
  expect(left).toEqual([expect.stringContaining(other.studyInstanceUid)]);
});

test('a deleted study comes back as it was, with revisions that go on', async () => {
  const study = aCtStudy({ seed: 'delete all' });
  const uid = study.studyInstanceUid;
  await archive.store(bytesOf(study.instances));
  const before = await seen(uid);
  await deletePath(uid);
  expect(await seen(uid)).toBeNull();
  expect(await archive.store(bytesOf(study.instances))).toEqual(['refused', 'refused', 'refused']);
  expect(await seen(uid)).toBeNull();
  await recoverAll(uid);
  const { revision, conformance, ...rest } = before!;
  const after = await seen(uid);
  expect(after).toMatchObject(rest);
  expect(after!['revision']).toBeGreaterThan(revision as number);
  expect(after!['conformance']).toBeGreaterThan(conformance as number);
  expect(await recoverAll(uid)).toEqual([]);
  expect(await archive.store(bytesOf(study.instances))).toEqual(['known', 'known', 'known']);
  expect((await events(uid)).map(({ kind }) => kind)).toEqual(['deleted', 'recovered']);
  expect(await changesOf(uid)).toEqual(['stored', 'deleted', 'recovered']);
});

const deleteFor = (study: string, code: CorrectionReasonCode) =>
  deleteInstances(archive.index, archive.correcting, { study, series: null, instance: null }, null, {
    code,
    text: '',
  });

const waiting = async (study: string) =>
  (
    await archive.index.query<{ id: number; reason: string }>(
      'SELECT kept_aside_id AS id, reason FROM kept_aside WHERE study_instance_uid = $1 ORDER BY 1',
      [study],
    )
  ).rows;

// IHE RAD-TF 3, 4.66.4.2.3.1 and 4.66.4.3.3: subsequent occurrences of hidden instances are not accepted.
test('what was deleted stays away when it is sent again as it was, by who may correct too', async () => {
  const study = aCtStudy({ seed: 'send again' });
  const uid = study.studyInstanceUid;
  await archive.store(bytesOf(study.instances));
  await deletePath(uid);
  const again = () => archive.store(bytesOf(study.instances), { author: PERSON });
  expect(await again()).toEqual(['refused', 'refused', 'refused']);
  expect(await seen(uid)).toBeNull();
  expect((await events(uid)).map(({ kind }) => kind)).toEqual(['deleted']);
  await recoverAll(uid);
  expect(await again()).toEqual(['known', 'known', 'known']);
});

test('what was deleted does not replace the correction that came after it', async () => {
  const seed = 'send again after the correction';
  const study = aCtStudy({ seed, slices: 1 });
  await archive.store(bytesOf(study.instances));
  await deletePath(study.studyInstanceUid);
  const right = aCtStudy({
    seed,
    slices: 1,
    overrides: { PatientID: 'P-right', PatientName: 'Right^Patient' },
  });
  expect(await archive.store(bytesOf(right.instances), { author: PERSON })).toEqual(['added']);
  expect(await archive.store(bytesOf(study.instances), { author: PERSON })).toEqual(['refused']);
  expect(await seen(study.studyInstanceUid)).toMatchObject({ name: 'Right^Patient', instances: 1 });
});

test('what had expired and was stored again may be replaced, and replace', async () => {
  const seed = 'expired and replaced';
  const study = aCtStudy({ seed, slices: 1, overrides: { StudyDate: '19800101' } });
  await archive.store(bytesOf(study.instances));
  await deleteFor(study.studyInstanceUid, 'RETENTION_EXPIRED');
  expect(await archive.store(bytesOf(study.instances))).toEqual(['added']);
  const other = aCtStudy({ seed, slices: 1, overrides: { StudyDate: '19800101', PatientName: 'B^B' } });
  expect(await archive.store(bytesOf(other.instances), { author: PERSON })).toEqual(['corrected']);
  expect(await archive.store(bytesOf(study.instances), { author: PERSON })).toEqual(['corrected']);
});

test('an earlier version of what was deleted stays away as well', async () => {
  const seed = 'send an earlier version';
  const study = aCtStudy({ seed, slices: 1 });
  await archive.store(bytesOf(study.instances));
  const corrected = aCtStudy({ seed, slices: 1, overrides: { PatientName: 'Second^Version' } });
  await archive.store(bytesOf(corrected.instances), { author: PERSON });
  await deletePath(study.studyInstanceUid);
  expect(await archive.store(bytesOf(study.instances), { author: PERSON })).toEqual(['refused']);
});

test.each([
  ['WRONG_PATIENT', { PatientID: 'P-right', PatientName: 'Right^Patient' }, 'added'],
  ['WRONG_DATA', { StudyDescription: 'the right one' }, 'added'],
  // Changed, but not in what was wrong.
  ['WRONG_PATIENT', { StudyDescription: 'still of the wrong patient' }, 'keptAside'],
  // The image itself is not wanted, whatever its attributes say.
  ['QUALITY', { PatientID: 'P-right' }, 'keptAside'],
  ['PATIENT_REQUEST', { StudyDescription: 'another' }, 'keptAside'],
] as const)(
  'of what was deleted as %s another dataset with %j, by who may correct, is %s',
  async (code, overrides, as) => {
    const seed = `changed ${code} ${Object.values(overrides).join()}`;
    const study = aCtStudy({ seed, slices: 1 });
    const uid = study.studyInstanceUid;
    await archive.store(bytesOf(study.instances));
    await deleteFor(uid, code);
    const changed = aCtStudy({ seed, slices: 1, overrides });
    expect(await archive.store(bytesOf(changed.instances))).toEqual(['refused']);
    expect(await archive.store(bytesOf(changed.instances), { author: PERSON })).toEqual([as]);
    const kinds = (await events(uid)).map(({ kind }) => kind);
    if (as === 'added') {
      expect(await seen(uid)).toMatchObject({ instances: 1 });
      expect(kinds).toEqual(['deleted', 'restored']);
      // Its UID was known to be gone, and is there again.
      expect(await changesOf(uid)).toEqual(['stored', 'deleted', 'recovered']);
      return;
    }
    expect(await seen(uid)).toBeNull();
    expect(kinds).toEqual(['deleted']);
    const [kept] = await waiting(uid);
    await decideKeptAside(
      archive.index,
      archive.correcting,
      kept!.id,
      'accept',
      { code: 'MISTAKE', text: '' },
      null,
    );
    expect(await seen(uid)).toMatchObject({ instances: 1 });
    expect(await changesOf(uid)).toEqual(['stored', 'deleted', 'recovered']);
    expect(await archive.store(bytesOf(changed.instances))).toEqual(['known']);
  },
);

test('what waits under a refused UID still waits when the index is made anew', async () => {
  const seed = 'waits after reindex';
  const study = aCtStudy({ seed, slices: 1 });
  await archive.store(bytesOf(study.instances));
  await deleteFor(study.studyInstanceUid, 'QUALITY');
  const changed = aCtStudy({ seed, slices: 1, overrides: { StudyDescription: 'changed' } });
  expect(await archive.store(bytesOf(changed.instances), { author: PERSON })).toEqual(['keptAside']);
  const other = await archive.emptyIndex();
  await reindex(other.index, archive.objects, { quietSeconds: 0 });
  const { rows } = await other.index.query('SELECT reason FROM kept_aside WHERE study_instance_uid = $1', [
    study.studyInstanceUid,
  ]);
  await other.drop();
  expect(rows).toEqual([{ reason: 'DIFFERENT_DATASET' }]);
});

test('another dataset is kept aside, or a correction where the sender may correct', async () => {
  const study = aCtStudy({ seed: 'correct' });
  const uid = study.studyInstanceUid;
  await archive.store(bytesOf(study.instances));
  const wanted = aCtStudy({
    seed: 'correct',
    overrides: { PatientName: 'Right^Name', StudyDescription: 'right' },
  });
  expect(await archive.store(bytesOf(wanted.instances))).toEqual(['keptAside', 'keptAside', 'keptAside']);
  expect(await seen(uid)).toMatchObject({ name: 'Ceshi^Yi' });
  expect(await archive.store(bytesOf(wanted.instances), { author: PERSON })).toEqual([
    'corrected',
    'corrected',
    'corrected',
  ]);
  expect(await seen(uid)).toMatchObject({
    name: 'Right^Name',
    description: 'right',
    instances: 3,
    counts: [3],
  });
  expect(await archive.store(bytesOf(wanted.instances), { author: PERSON })).toEqual([
    'known',
    'known',
    'known',
  ]);
  const { rowCount } = await archive.index.query('SELECT FROM kept_aside WHERE study_instance_uid = $1', [
    uid,
  ]);
  expect(rowCount).toBe(0);
  const [correction] = await events(uid);
  expect(correction).toMatchObject({ kind: 'corrected', instances: 3 });

  const { rows } = await archive.index.query<{ id: number }>(
    `SELECT study_event_id AS id FROM study_event WHERE study_instance_uid = $1 AND kind = 'corrected'`,
    [uid],
  );
  await recoverInstances(archive.index, archive.correcting, uid, endedByEvent(rows[0]!.id), null, {
    code: 'MISTAKE',
    text: '',
  });
  expect(await seen(uid)).toMatchObject({ name: 'Ceshi^Yi', instances: 3, counts: [3] });
});

test('a version that names another series waits for a decision even from who may correct', async () => {
  const original = anInstance({}, { seed: 'other series' });
  const moved = anInstance({ SeriesInstanceUID: uidFrom('elsewhere') }, { seed: 'other series' });
  await archive.store([original.bytes]);
  expect(await archive.store([moved.bytes], { author: PERSON })).toEqual(['keptAside']);
  const { rows } = await archive.index.query(
    'SELECT reason, dataset IS NOT NULL AS whole FROM kept_aside WHERE sop_instance_uid = $1',
    [original.sopInstanceUid],
  );
  expect(rows).toEqual([{ reason: 'OTHER_SERIES', whole: true }]);
  expect(await seen(original.studyInstanceUid)).toMatchObject({ series: 1, instances: 1 });
});

test("a deletion touches no other hospital's copy", async () => {
  const study = aCtStudy({ seed: 'two copies' });
  await archive.store(bytesOf(study.instances));
  await archive.store(bytesOf(study.instances), { hospital: 'h2' });
  await deletePath(study.studyInstanceUid, null, null, ['h1']);
  expect(await seen(study.studyInstanceUid, 'h1')).toBeNull();
  expect(await seen(study.studyInstanceUid, 'h2')).toMatchObject({ instances: 3 });
  await recoverAll(study.studyInstanceUid);
  expect(await seen(study.studyInstanceUid, 'h1')).toMatchObject({ instances: 3 });
});

interface NoteOptions {
  /** Seed of the study whose patient the note names. */
  of?: string;
  overrides?: Record<string, string>;
  /** What it says of the instances. */
  series?: string;
  evidence?: string;
}

/** A rejection note about instances. */
function note(
  seed: string,
  title: string,
  instances: readonly FactoryInstance[],
  study: string,
  { of = seed, overrides = {}, series = instances[0]!.seriesInstanceUid, evidence = study }: NoteOptions = {},
) {
  return toInstance({
    SpecificCharacterSet: 'ISO_IR 192',
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.59',
    SOPInstanceUID: uidFrom(`${seed}/note`),
    StudyInstanceUID: study,
    SeriesInstanceUID: uidFrom(`${seed}/notes`),
    Modality: 'KO',
    SeriesNumber: 99,
    InstanceNumber: 1,
    PatientName: 'Ceshi^Yi=测试^一',
    PatientID: `P-${of}`,
    ...overrides,
    ConceptNameCodeSequence: [{ CodeValue: title, CodingSchemeDesignator: 'DCM', CodeMeaning: 'rejected' }],
    CurrentRequestedProcedureEvidenceSequence: [
      {
        StudyInstanceUID: evidence,
        ReferencedSeriesSequence: [
          {
            SeriesInstanceUID: series,
            ReferencedSOPSequence: instances.map((instance) => ({
              ReferencedSOPClassUID: instance.sopClassUid,
              ReferencedSOPInstanceUID: instance.sopInstanceUid,
            })),
          },
        ],
      },
    ],
  });
}

test('a rejection note of who may correct hides what it names, now and later, until it is deleted', async () => {
  const study = aCtStudy({ seed: 'noted' });
  const uid = study.studyInstanceUid;
  const [one, two, late] = study.instances as [FactoryInstance, FactoryInstance, FactoryInstance];
  await archive.store([one.bytes, two.bytes]);
  const rejection = note('noted', '113037', [one, late], uid);
  expect(await archive.store([rejection.bytes], { author: PERSON })).toEqual(['added']);
  expect(await seen(uid)).toMatchObject({
    uids: [two.sopInstanceUid, rejection.sopInstanceUid].toSorted(),
    instances: 2,
  });
  for (const author of [undefined, PERSON]) {
    const sender = author === undefined ? {} : { author };
    expect(await archive.store([one.bytes, late.bytes], sender)).toEqual(['refused', 'refused']);
  }
  // IOCM gives what is corrected another UID: under the same one a person decides.
  const changed = aCtStudy({ seed: 'noted', overrides: { PatientID: 'P-right' } });
  expect(await archive.store([changed.instances[0]!.bytes], { author: PERSON })).toEqual(['keptAside']);
  expect((await events(uid)).map(({ kind }) => kind)).toEqual(['rejected']);

  await deletePath(uid, rejection.seriesInstanceUid, rejection.sopInstanceUid);
  expect((await events(uid)).map(({ kind }) => kind)).toEqual(['rejected', 'deleted', 'unrejected']);
  expect(await seen(uid)).toMatchObject({ instances: 2, counts: [2] });
  expect(await archive.store([late.bytes])).toEqual(['added']);
});

test('a rejection note of anyone else is stored and waits for a decision', async () => {
  const study = aCtStudy({ seed: 'asked' });
  await archive.store(bytesOf(study.instances));
  const rejection = note('asked', '113001', study.instances, study.studyInstanceUid);
  expect(await archive.store([rejection.bytes])).toEqual(['added']);
  expect(await seen(study.studyInstanceUid)).toMatchObject({ instances: 4 });
  const { rows } = await archive.index.query('SELECT reason FROM kept_aside WHERE sop_instance_uid = $1', [
    rejection.sopInstanceUid,
  ]);
  expect(rows).toEqual([{ reason: 'REJECTION_NOTE' }]);
});

test.each([
  ['another patient', { overrides: { PatientID: 'OTHERPID' } }],
  ['another series than theirs', { series: '1.2.3.77' }],
  ['another study than theirs', { evidence: '1.2.3.78' }],
] as const)('a rejection note that names %s is stored and waits for a person', async (what, options) => {
  const seed = `contradicts ${what}`;
  const study = aCtStudy({ seed });
  const uid = study.studyInstanceUid;
  await archive.store(bytesOf(study.instances));
  const rejection = note(seed, '113037', study.instances, uid, options);
  expect(await archive.store([rejection.bytes], { author: PERSON })).toEqual(['added']);
  expect(await seen(uid)).toMatchObject({ instances: 4 });
  expect(await waiting(uid)).toMatchObject([{ reason: 'REJECTION_NOTE' }]);
  expect(await events(uid)).toEqual([]);
});

test('a rejection note in one study about images of another patient in another study waits for a person', async () => {
  const theirs = aCtStudy({ seed: 'rejected from elsewhere' });
  const own = aCtStudy({ seed: 'rejects elsewhere' });
  await archive.store([...bytesOf(theirs.instances), ...bytesOf(own.instances)]);
  const evidence = theirs.studyInstanceUid;
  const seed = 'rejects elsewhere';
  const rejection = note(seed, '113037', theirs.instances, own.studyInstanceUid, { evidence });
  await archive.store([rejection.bytes], { author: PERSON });
  expect(await seen(evidence)).toMatchObject({ instances: 3 });
  expect(await waiting(own.studyInstanceUid)).toMatchObject([{ reason: 'REJECTION_NOTE' }]);
});

test('a rejection note that names the patient as before a correction takes effect', async () => {
  const seed = 'rejected after a merge';
  const study = aCtStudy({ seed });
  await archive.store(bytesOf(study.instances));
  const merged = aCtStudy({ seed, overrides: { PatientID: 'P-merged' } });
  await archive.store(bytesOf(merged.instances), { author: PERSON });
  const rejection = note(seed, '113037', study.instances, study.studyInstanceUid);
  await archive.store([rejection.bytes], { author: PERSON });
  expect(await seen(study.studyInstanceUid)).toMatchObject({ instances: 1 });
});

test('what expired may be stored again', async () => {
  const study = aCtStudy({ seed: 'expired', overrides: { StudyDate: '19800101' } });
  await archive.store(bytesOf(study.instances));
  const rejection = note('expired', '113039', study.instances, study.studyInstanceUid);
  await archive.store([rejection.bytes], { author: PERSON });
  expect(await seen(study.studyInstanceUid)).toMatchObject({ instances: 1 });
  expect(await archive.store(bytesOf(study.instances))).toEqual(['added', 'added', 'added']);
});

// IOCM lets the sender say when the time is over; the law says how long studies are kept at least, and comes first.
test('a note that says that the time is over rejects nothing while it is not, nor when somebody accepts it', async () => {
  const study = aCtStudy({ seed: 'not expired' });
  await archive.store(bytesOf(study.instances));
  const rejection = note('not expired', '113039', study.instances, study.studyInstanceUid);
  expect(await archive.store([rejection.bytes], { author: PERSON })).toEqual(['added']);
  expect(await seen(study.studyInstanceUid)).toMatchObject({ instances: 4 });
  const { rows } = await archive.index.query<{ id: number }>(
    `SELECT kept_aside_id AS id FROM kept_aside WHERE sop_instance_uid = $1 AND reason = 'REJECTION_NOTE'`,
    [rejection.sopInstanceUid],
  );
  const accepted = decideKeptAside(
    archive.index,
    archive.correcting,
    rows[0]!.id,
    'accept',
    { code: 'RETENTION_EXPIRED', text: '' },
    null,
  );
  await expect(accepted).rejects.toMatchObject({ name: 'RetentionNotOver', byPolicy: false });
  expect(await seen(study.studyInstanceUid)).toMatchObject({ instances: 4 });
});

test('a decision about a rejection note has it take effect, or leaves it be', async () => {
  const study = aCtStudy({ seed: 'decide' });
  await archive.store(bytesOf(study.instances));
  const decide = async (decision: 'accept' | 'discard') => {
    const { rows } = await archive.index.query<{ id: number }>(
      `SELECT kept_aside_id AS id FROM kept_aside WHERE study_instance_uid = $1 AND reason = 'REJECTION_NOTE'`,
      [study.studyInstanceUid],
    );
    const reason = { code: 'QUALITY', text: 'motion' } as const;
    return decideKeptAside(archive.index, archive.correcting, rows[0]!.id, decision, reason, null);
  };
  const first = note('decide 1', '113001', study.instances.slice(0, 1), study.studyInstanceUid);
  await archive.store([first.bytes]);
  expect(await decide('discard')).toMatchObject({ kind: 'dismissed' });
  expect(await seen(study.studyInstanceUid)).toMatchObject({ instances: 4 });
  // The same note again is no new question.
  expect(await archive.store([first.bytes])).toEqual(['known']);

  const second = note('decide 2', '113001', study.instances, study.studyInstanceUid);
  await archive.store([second.bytes]);
  expect(await decide('accept')).toMatchObject({
    kind: 'rejected',
    reason: { code: 'QUALITY', text: 'motion' },
  });
  expect(await seen(study.studyInstanceUid)).toMatchObject({ instances: 2 });
  expect(await archive.store(bytesOf(study.instances))).toEqual(['refused', 'refused', 'refused']);
  expect(await events(study.studyInstanceUid)).toMatchObject([
    { kind: 'dismissed' },
    { kind: 'rejected', instances: 3 },
  ]);
});

test('a rejection note that is rejected itself gives back what it rejected', async () => {
  const study = aCtStudy({ seed: 'note of a note' });
  await archive.store(bytesOf(study.instances));
  const of = 'note of a note';
  const first = note('of a note 1', '113037', study.instances.slice(0, 2), study.studyInstanceUid, { of });
  await archive.store([first.bytes], { author: PERSON });
  expect(await seen(study.studyInstanceUid)).toMatchObject({ instances: 2 });
  const second = note('of a note 2', '113001', [first], study.studyInstanceUid, { of });
  await archive.store([second.bytes], { author: PERSON });
  // Three images and the second note.
  expect(await seen(study.studyInstanceUid)).toMatchObject({ instances: 4 });
  expect((await events(study.studyInstanceUid)).map(({ kind }) => kind)).toEqual([
    'rejected',
    'rejected',
    'unrejected',
  ]);
});

test('what was deleted is no orphan until the retention time is over, and cannot come back after it', async () => {
  const study = aCtStudy({ seed: 'retention' });
  await archive.store(bytesOf(study.instances));
  await deletePath(study.studyInstanceUid);
  const kept = async () => {
    let count = 0;
    for await (const { key } of archive.objects.list(INSTANCES_PREFIX))
      if (key.includes(study.studyInstanceUid)) count += 1;
    return count;
  };
  await sweepOrphans(archive.index, archive.objects, -1);
  expect(await kept()).toBe(3);
  expect(await removeFormer(archive.index, archive.objects, 30)).toBe(0);
  await archive.index.query(
    `UPDATE former_instance SET ended_at = now() - interval '31 days' WHERE study_instance_uid = $1`,
    [study.studyInstanceUid],
  );
  expect(await removeFormer(archive.index, archive.objects, 0)).toBe(0);
  expect(await removeFormer(archive.index, archive.objects, 30)).toBe(3);
  expect(await kept()).toBe(0);
  expect(await recoverAll(study.studyInstanceUid)).toEqual([]);
  expect((await events(study.studyInstanceUid)).map(({ kind }) => kind)).toEqual(['deleted', 'removed']);
  // Deleted stays deleted.
  expect(await archive.store(bytesOf(study.instances))).toEqual(['refused', 'refused', 'refused']);
});

test('versions before a correction are kept as long as anything of their instance is', async () => {
  const study = aCtStudy({ seed: 'history kept', slices: 1 });
  const corrected = aCtStudy({ seed: 'history kept', slices: 1, overrides: { PatientName: 'A^B' } });
  await archive.store(bytesOf(study.instances));
  await archive.store(bytesOf(corrected.instances), { author: PERSON });
  const age = () =>
    archive.index.query(
      `UPDATE former_instance SET ended_at = now() - interval '31 days' WHERE study_instance_uid = $1`,
      [study.studyInstanceUid],
    );
  await age();
  expect(await removeFormer(archive.index, archive.objects, 30)).toBe(0);
  await deletePath(study.studyInstanceUid);
  await age();
  expect(await removeFormer(archive.index, archive.objects, 30)).toBe(2);
});

test('what another event has brought back already is recovered by none, and no event says it could be', async () => {
  const study = aCtStudy({ seed: 'superseded', slices: 1 });
  const uid = study.studyInstanceUid;
  await archive.store(bytesOf(study.instances));
  const [deletion] = await deletePath(uid);
  const right = aCtStudy({ seed: 'superseded', slices: 1, overrides: { PatientID: 'P-right' } });
  expect(await archive.store(bytesOf(right.instances), { author: PERSON })).toEqual(['added']);
  const recovered = await recoverInstances(
    archive.index,
    archive.correcting,
    uid,
    endedByEvent(deletion!.id),
    null,
    { code: 'MISTAKE', text: '' },
  );
  expect(recovered).toEqual([]);
  expect((await events(uid)).map(({ kind }) => kind)).toEqual(['deleted', 'restored']);
  const history = await readEvents(archive.index, {
    study: uid,
    hospitals: null,
    kinds: null,
    before: null,
    limit: 5,
  });
  expect(history.map(({ recoverable }) => recoverable)).toEqual([false, false]);
});
