import { deflateRawSync } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import {
  type DicomJson,
  type Part10Instance,
  personName,
  readPart10,
  rewriteHead,
  TAG,
  text,
} from '@hutong/dicom';
import {
  type CorrectionRequest,
  inTransaction,
  listPatientCorrections,
  markSent,
  type ObjectStore,
  readCorrectionFailures,
  readPatientCorrection,
  recordPatientCorrection,
  retryPatientCorrection,
  takeUnsent,
} from '@hutong/storage-config';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  openTestArchive,
  PERSON,
  type TestArchive,
} from '../../../storage-config/src/corrections/testing.ts';
import { reindex } from '../../../storage-config/src/reindex/reindex.ts';
import { deleteInstances } from '../../../storage-config/src/corrections/deleteInstances.ts';
import {
  aCtStudy,
  anInstance,
  type FactoryStudy,
  IMPLICIT_VR_LITTLE_ENDIAN,
} from '../../../test/factories/index.ts';
import { correctStudy } from './correctStudy.ts';
import { swapWords } from './swapWords.ts';

const lines: string[] = [];
const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
const DEFLATED = '1.2.840.10008.1.2.1.99';
const EXPLICIT = '1.2.840.10008.1.2.1';
const ORIGINAL_ATTRIBUTES = '04000561';
const REASON = { code: 'WRONG_DATA', text: 'typing error' } as const;

let archive: TestArchive;
/** Set by a test to fail writes of objects. */
let failWrites: ((key: string) => boolean) | null = null;

beforeAll(async () => {
  archive = await openTestArchive(withFailures);
});
afterAll(() => archive.close());
beforeEach(() => {
  failWrites = null;
  lines.length = 0;
});

const withFailures = (objects: ObjectStore): ObjectStore =>
  new Proxy(objects, {
    get: (target, name) => {
      if (name === 'create')
        return (...given: Parameters<ObjectStore['create']>) =>
          failWrites?.(given[0]) === true ? Promise.reject(new Error('store away')) : target.create(...given);
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });

const correct = (request: CorrectionRequest, hospital = 'h1'): Promise<number | null> =>
  recordPatientCorrection(archive.index, archive.correcting, hospital, request, REASON);

/** Does the corrections' jobs that are due, or will be in a moment, as the relay and the workers do. */
async function work(): Promise<void> {
  for (;;) {
    await archive.index.query(
      `UPDATE outbox SET available_at = now() WHERE topic = 'study.patientCorrection'`,
    );
    const events = await inTransaction(archive.index, async (client) => {
      const taken = await takeUnsent(client, 100);
      await markSent(
        client,
        taken.map(({ id }) => id),
      );
      return taken.filter(({ topic }) => topic === 'study.patientCorrection');
    });
    if (events.length === 0) return;
    const parts = { index: archive.index, objects: archive.objects, config: { quietSeconds: 0 }, log };
    for (const { id, studyId } of events) await correctStudy(parts, { outboxId: id, studyId });
  }
}

async function aStudy(seed: string, options: Parameters<typeof aCtStudy>[0] = {}): Promise<FactoryStudy> {
  const study = aCtStudy({ seed, ...options });
  expect(await archive.store(study.instances.map(({ bytes }) => bytes))).toEqual(
    study.instances.map(() => 'added'),
  );
  return study;
}

interface Stored {
  read: Part10Instance;
  bytes: Buffer;
  /** What metadata answers. */
  dataset: DicomJson;
}

async function stored(study: FactoryStudy, hospital = 'h1'): Promise<Stored[]> {
  const { rows } = await archive.index.query<{ object_key: string; dataset: string }>(
    `SELECT i.object_key, i.dataset FROM instance i JOIN study s USING (study_id)
      WHERE s.study_instance_uid = $1 AND s.hospital_code = $2 ORDER BY i.instance_number`,
    [study.studyInstanceUid, hospital],
  );
  return Promise.all(
    rows.map(async (row) => {
      const bytes = await buffer(await archive.objects.get(row.object_key));
      return { bytes, read: readPart10(bytes), dataset: JSON.parse(row.dataset) as DicomJson };
    }),
  );
}

async function row(study: FactoryStudy, hospital = 'h1'): Promise<Record<string, unknown>> {
  const { rows } = await archive.index.query<Record<string, unknown>>(
    `SELECT patient_id AS id, issuer_of_patient_id AS issuer, patient_name_alphabetic AS name,
            patient_name_ideographic AS han, patient_name_pinyin AS pinyin, patient_birth_date AS born,
            patient_sex AS sex, accession_number AS accession, study_description AS description,
            conformance_revision AS conformance, last_stored_at AS received, number_of_instances AS instances
       FROM study WHERE study_instance_uid = $1 AND hospital_code = $2`,
    [study.studyInstanceUid, hospital],
  );
  return rows[0]!;
}

const progress = async (id: number | null): Promise<unknown[]> =>
  (await readPatientCorrection(archive.index, id!, null))!.studies.map(({ instances, corrected, failed }) => [
    instances,
    corrected,
    failed,
  ]);

const pixelsOf = ({ bytes, read }: Stored): Buffer => {
  const { offset, length } = read.pixelData!.value;
  return bytes.subarray(offset, offset + length);
};

const formers = async (study: FactoryStudy): Promise<number> =>
  (
    await archive.index.query<{ n: number }>(
      'SELECT count(*) AS n FROM former_instance WHERE study_instance_uid = $1',
      [study.studyInstanceUid],
    )
  ).rows[0]!.n;

test('a corrected name shows in the index at once, and in every stored object after the job', async () => {
  const study = await aStudy('name');
  const before = await stored(study);
  const was = await row(study);
  const id = await correct({
    kind: 'patientAttributes',
    patient: { patientId: 'P-name' },
    values: {
      patientName: { Alphabetic: 'Zhang^Wei', Ideographic: '张^伟' },
      patientBirthDate: '19690202',
      patientSex: 'M',
    },
  });
  expect(await row(study)).toMatchObject({
    name: 'Zhang^Wei',
    han: '张^伟',
    born: '19690202',
    sex: 'M',
    id: 'P-name',
  });
  expect((await row(study))['pinyin']).toContain('ZHANGWEI');
  expect(await progress(id)).toEqual([[3, 0, 0]]);
  await work();
  expect(await progress(id)).toEqual([[3, 3, 0]]);
  const after = await stored(study);
  for (const [i, one] of after.entries()) {
    expect(personName(one.read.dataset, TAG.PatientName)).toEqual({
      Alphabetic: 'Zhang^Wei',
      Ideographic: '张^伟',
    });
    expect(one.dataset).toEqual(one.read.dataset);
    expect(pixelsOf(one).equals(pixelsOf(before[i]!))).toBe(true);
    expect(one.read.transferSyntaxUid).toBe(before[i]!.read.transferSyntaxUid);
    const [item] = one.read.dataset[ORIGINAL_ATTRIBUTES]!.Value as DicomJson[];
    const [original] = item!['04000550']!.Value as DicomJson[];
    expect(personName(original!, TAG.PatientName).Ideographic).toBe('测试^一');
    expect(text(original!, TAG.PatientBirthDate)).toBe('19700101');
    expect([text(item!, '04000565'), text(item!, '04000564')]).toEqual(['CORRECT', 'h1']);
  }
  expect(await formers(study)).toBe(3);
  const now = await row(study);
  expect(now).toMatchObject({ name: 'Zhang^Wei', instances: 3, received: was['received'] });
  const changes = await archive.index.query<{ action: string }>(
    'SELECT action FROM change WHERE study_instance_uid = $1 ORDER BY change_id',
    [study.studyInstanceUid],
  );
  expect(changes.rows.map(({ action }) => action)).toEqual(['stored', 'patientCorrected', 'corrected']);
  const events = await archive.index.query<{ kind: string; author_name: string; instances: number }>(
    'SELECT kind, author_name, instances FROM study_event WHERE study_instance_uid = $1 ORDER BY study_event_id',
    [study.studyInstanceUid],
  );
  expect(events.rows).toEqual([
    { kind: 'corrected', author_name: PERSON.name, instances: 3 },
    { kind: 'corrected', author_name: PERSON.name, instances: 3 },
  ]);
  expect(lines.join('')).not.toMatch(/Zhang|张|P-name/);
});

test('the job is over when nothing is left, and does nothing when it runs again', async () => {
  const study = await aStudy('again');
  await correct({
    kind: 'patientAttributes',
    patient: { patientId: 'P-again' },
    values: { patientSex: 'F' },
  });
  await work();
  const objects = (await stored(study)).map(({ bytes }) => bytes);
  const { rows } = await archive.index.query(
    `SELECT FROM outbox o JOIN study s USING (study_id)
      WHERE o.topic = 'study.patientCorrection' AND o.done_at IS NULL AND s.study_instance_uid = $1`,
    [study.studyInstanceUid],
  );
  expect(rows).toEqual([]);
  await archive.index.query(
    `INSERT INTO outbox (topic, study_id) SELECT 'study.patientCorrection', study_id FROM study WHERE study_instance_uid = $1`,
    [study.studyInstanceUid],
  );
  await work();
  expect((await stored(study)).map(({ bytes }) => bytes)).toEqual(objects);
  expect(await formers(study)).toBe(3);
});

test('merged patients are one: by the identity and the values of the one that survives, in the hospital alone', async () => {
  const wrong = await aStudy('merge', { overrides: { PatientID: 'OLD-1', PatientName: 'Wang^Er' } });
  const right = await aStudy('survivor', {
    overrides: { PatientID: 'NEW-1', PatientName: 'Wang^San', PatientSex: 'F' },
  });
  const elsewhere = wrong.instances.map(({ bytes }) => bytes);
  await archive.store(elsewhere, { hospital: 'h2' });
  const id = await correct({
    kind: 'patientMerge',
    from: { patientId: 'OLD-1' },
    into: { patientId: 'NEW-1' },
  });
  expect(await row(wrong)).toMatchObject({ id: 'NEW-1', name: 'Wang^San', sex: 'F' });
  expect(await row(wrong, 'h2')).toMatchObject({ id: 'OLD-1', name: 'Wang^Er' });
  await work();
  expect(await progress(id)).toEqual([[3, 3, 0]]);
  for (const { read } of await stored(wrong)) expect(text(read.dataset, TAG.PatientID)).toBe('NEW-1');
  for (const { read } of await stored(wrong, 'h2')) expect(text(read.dataset, TAG.PatientID)).toBe('OLD-1');
  expect(await formers(right)).toBe(0);
});

test('what arrives later for a merged patient belongs to the survivor, through a chain of merges too', async () => {
  await aStudy('chain 1', { overrides: { PatientID: 'C1', PatientName: 'Li^Yi' } });
  await aStudy('chain 2', { overrides: { PatientID: 'C2', PatientName: 'Li^Er' } });
  await aStudy('chain 3', { overrides: { PatientID: 'C3', PatientName: 'Li^San' } });
  await correct({ kind: 'patientMerge', from: { patientId: 'C1' }, into: { patientId: 'C2' } });
  await correct({ kind: 'patientMerge', from: { patientId: 'C2' }, into: { patientId: 'C3' } });
  const late = await aStudy('chain late', { overrides: { PatientID: 'C1', PatientName: 'Li^Yi' } });
  expect(await row(late)).toMatchObject({ id: 'C3', name: 'Li^San' });
  await work();
  for (const { read } of await stored(late)) expect(text(read.dataset, TAG.PatientID)).toBe('C3');
  const [newest] = await listPatientCorrections(archive.index, {
    hospitals: ['h1'],
    study: late.studyInstanceUid,
    before: null,
    limit: 10,
  });
  expect(newest!.studies.every(({ corrected, instances }) => corrected === instances)).toBe(true);
  // Merged the other way, the survivor is C1 and retired no more.
  await correct({ kind: 'patientMerge', from: { patientId: 'C3' }, into: { patientId: 'C1' } });
  const back = await aStudy('chain back', { overrides: { PatientID: 'C1', PatientName: 'Li^Yi' } });
  expect(await row(back)).toMatchObject({ id: 'C1' });
});

test('instances that arrive for a corrected study with the old attributes are corrected too', async () => {
  const study = aCtStudy({ seed: 'late', slices: 4 });
  const [first, ...others] = study.instances.map(({ bytes }) => bytes);
  await archive.store([first!]);
  const id = await correct({
    kind: 'studyAttributes',
    studyInstanceUid: study.studyInstanceUid,
    values: {
      accessionNumber: 'A-right',
      patientId: 'P-right',
      patientName: { Alphabetic: 'Right^Patient' },
    },
  });
  await work();
  expect(await archive.store(others)).toEqual(['added', 'added', 'added']);
  expect(await row(study)).toMatchObject({ accession: 'A-right', id: 'P-right', instances: 4 });
  await work();
  expect(await progress(id)).toEqual([[4, 4, 0]]);
  for (const { read, dataset } of await stored(study)) {
    expect(text(read.dataset, TAG.AccessionNumber)).toBe('A-right');
    expect(text(dataset, TAG.PatientID)).toBe('P-right');
  }
});

test('before the job came round, other changes of the study do not bring the old attributes back', async () => {
  const study = await aStudy('refresh');
  await correct({
    kind: 'patientAttributes',
    patient: { patientId: 'P-refresh' },
    values: { patientSex: 'M' },
  });
  const [first] = study.instances;
  await deleteInstances(
    archive.index,
    archive.correcting,
    { study: study.studyInstanceUid, series: first!.seriesInstanceUid, instance: first!.sopInstanceUid },
    ['h1'],
    { code: 'QUALITY', text: '' },
  );
  expect(await row(study)).toMatchObject({ sex: 'M', instances: 2 });
  await work();
  for (const { read } of await stored(study)) expect(text(read.dataset, TAG.PatientSex)).toBe('M');
});

test('the instances as they were first received are known, not different, when they are sent again', async () => {
  const study = await aStudy('resend');
  for (const patientSex of ['M', 'F']) {
    await correct({ kind: 'patientAttributes', patient: { patientId: 'P-resend' }, values: { patientSex } });
    await work();
  }
  const bytes = study.instances.map((instance) => instance.bytes);
  expect(await archive.store(bytes)).toEqual(['known', 'known', 'known']);
  expect(await archive.store(bytes, { author: PERSON })).toEqual(['known', 'known', 'known']);
  expect(await row(study)).toMatchObject({ sex: 'F' });
  const [one] = await stored(study);
  const items = one!.read.dataset[ORIGINAL_ATTRIBUTES]!.Value as DicomJson[];
  const sexes = items.map((item) => text((item['04000550']!.Value as DicomJson[])[0]!, TAG.PatientSex));
  expect(sexes).toEqual(['O', 'M']);
});

test('a correction of who the patient is leaves the verdict; one of what it may rest on has it judged again', async () => {
  const study = await aStudy('verdict');
  const was = (await row(study))['conformance'] as number;
  await correct({
    kind: 'studyAttributes',
    studyInstanceUid: study.studyInstanceUid,
    values: { patientName: { Alphabetic: 'Other^Name' }, patientId: 'P-other' },
  });
  await work();
  expect(await row(study)).toMatchObject({ conformance: was, id: 'P-other' });
  await correct({
    kind: 'studyAttributes',
    studyInstanceUid: study.studyInstanceUid,
    values: { studyDescription: '头颅CT平扫' },
  });
  await work();
  const now = await row(study);
  expect(now['conformance']).toBeGreaterThan(was);
  expect(now).toMatchObject({ description: '头颅CT平扫', id: 'P-other', name: 'Other^Name' });
});

test('an attempt that the object store broke off is gone on with, and no instance is corrected twice', async () => {
  const study = await aStudy('broken off', { slices: 6 });
  const id = await correct({
    kind: 'patientAttributes',
    patient: { patientId: 'P-broken off' },
    values: { patientSex: 'M' },
  });
  let writes = 0;
  failWrites = (key) => key.startsWith('instances/') && (writes += 1) === 4;
  await expect(work()).rejects.toThrow('store away');
  expect(await progress(id)).toEqual([[6, 0, 0]]);
  failWrites = null;
  // As the sweeper does with what was sent and is not done.
  await archive.index.query(
    `UPDATE outbox SET sent_at = NULL WHERE done_at IS NULL AND topic = 'study.patientCorrection'`,
  );
  await work();
  expect(await progress(id)).toEqual([[6, 6, 0]]);
  expect(await formers(study)).toBe(6);
});

test('what cannot be written anew is reported, keeps its object, and is tried again on request', async () => {
  const study = await aStudy('damaged');
  const { rows } = await archive.index.query<{ object_key: string; sop_instance_uid: string }>(
    `SELECT i.object_key, i.sop_instance_uid FROM instance i JOIN study s USING (study_id)
      WHERE s.study_instance_uid = $1 ORDER BY i.instance_number LIMIT 1`,
    [study.studyInstanceUid],
  );
  const { object_key: key, sop_instance_uid: uid } = rows[0]!;
  const bytes = await buffer(await archive.objects.get(key));
  await archive.objects.delete(key);
  const damaged = Buffer.from(bytes);
  damaged[damaged.length - 5]! ^= 0xff;
  await archive.objects.put(key, damaged, {});
  const id = await correct({
    kind: 'patientAttributes',
    patient: { patientId: 'P-damaged' },
    values: { patientSex: 'M' },
  });
  await work();
  expect(await progress(id)).toEqual([[3, 2, 1]]);
  expect(await readCorrectionFailures(archive.index, id!, 10)).toEqual([
    { studyInstanceUid: study.studyInstanceUid, sopInstanceUid: uid, reason: 'DAMAGED' },
  ]);
  expect(await row(study)).toMatchObject({ instances: 3, sex: 'M' });
  await archive.objects.delete(key);
  await archive.objects.put(key, bytes, {});
  expect(await inTransaction(archive.index, (client) => retryPatientCorrection(client, id!))).toBe(1);
  await work();
  expect(await progress(id)).toEqual([[3, 3, 0]]);
});

test('implicit datasets become explicit, deflated ones stay deflated, and names outgrow their character set', async () => {
  const overrides = {
    SpecificCharacterSet: 'ISO_IR 100',
    PatientName: 'Yao^Ming',
    InstitutionName: 'M\u00fcnchen',
    StudyDescription: 'CT',
    SeriesDescription: 'CT',
  };
  const plain = aCtStudy({ seed: 'syntax', overrides });
  const implicit = anInstance(overrides, {
    seed: 'syntax',
    transferSyntaxUid: IMPLICIT_VR_LITTLE_ENDIAN,
  }).bytes;
  const [, second, third] = plain.instances.map(({ bytes }) => bytes);
  const deflated = deflate(second!);
  expect(await archive.store([implicit, deflated, third!])).toEqual(['added', 'added', 'added']);
  const before = await stored(plain);
  expect(before.map(({ read }) => read.transferSyntaxUid)).toEqual([
    IMPLICIT_VR_LITTLE_ENDIAN,
    DEFLATED,
    EXPLICIT,
  ]);
  await correct({
    kind: 'patientAttributes',
    patient: { patientId: 'P-syntax' },
    values: { patientName: { Alphabetic: 'Yao^Ming', Ideographic: '姚^明' } },
  });
  await work();
  const after = await stored(plain);
  expect(after.map(({ read }) => read.transferSyntaxUid)).toEqual([EXPLICIT, DEFLATED, EXPLICIT]);
  for (const { read, dataset } of after) {
    expect(text(read.dataset, '00080005')).toBe('ISO_IR 192');
    expect(personName(read.dataset, TAG.PatientName).Ideographic).toBe('姚^明');
    expect(read.warnings).toEqual([]);
    expect(dataset).toEqual(read.dataset);
  }
  expect(pixelsOf(after[0]!).equals(pixelsOf(before[0]!))).toBe(true);
  expect(pixelsOf(after[2]!).equals(pixelsOf(before[2]!))).toBe(true);
  expect(after[1]!.read.pixelData!.inDeflated).toBe(true);
});

test('an index made of the bucket alone keeps the corrections, and those that were under way are finished', async () => {
  const done = await aStudy('rebuilt done');
  const open = await aStudy('rebuilt open');
  await aStudy('rebuilt into', { overrides: { PatientID: 'P-into', PatientName: 'Into^One' } });
  await correct({
    kind: 'patientAttributes',
    patient: { patientId: 'P-rebuilt done' },
    values: { patientSex: 'M' },
  });
  await work();
  const id = await correct({
    kind: 'patientMerge',
    from: { patientId: 'P-rebuilt open' },
    into: { patientId: 'P-into' },
  });
  const was = archive.index;
  const other = await archive.emptyIndex();
  archive.index = other.index;
  try {
    await reindex(archive.index, archive.objects, { quietSeconds: 0 });
    expect(await row(done)).toMatchObject({ sex: 'M', instances: 3 });
    expect(await row(open)).toMatchObject({ id: 'P-into', name: 'Into^One', instances: 3 });
    await work();
    for (const { read } of await stored(open)) expect(text(read.dataset, TAG.PatientID)).toBe('P-into');
    expect(await progress(id)).toEqual([[3, 3, 0]]);
    expect(await formers(done)).toBe(3);
    const { rows } = await archive.index.query('SELECT FROM retired_patient WHERE patient_id = $1', [
      'P-rebuilt open',
    ]);
    expect(rows).toHaveLength(1);
  } finally {
    archive.index = was;
    await other.drop();
  }
});

test('nothing is recorded for a patient or study that the hospital does not have', async () => {
  await aStudy('present');
  for (const request of [
    { kind: 'patientMerge', from: { patientId: 'nobody' }, into: { patientId: 'P-present' } },
    {
      kind: 'patientAttributes',
      patient: { patientId: 'P-present', issuerOfPatientId: 'other' },
      values: { patientSex: 'M' },
    },
    { kind: 'studyAttributes', studyInstanceUid: '1.2.3.4', values: { patientSex: 'M' } },
  ] satisfies CorrectionRequest[])
    expect(await correct(request)).toBeNull();
  expect(
    await correct(
      { kind: 'patientAttributes', patient: { patientId: 'P-present' }, values: { patientSex: 'M' } },
      'h2',
    ),
  ).toBeNull();
});

test('words that are cut by chunks are swapped whole', async () => {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (const bytes of [[1], [2, 3, 4, 5], [6, 7], [8, 9]]) yield await Promise.resolve(Buffer.from(bytes));
  }
  expect([...(await buffer(swapWords(chunks(), 2)))]).toEqual([2, 1, 4, 3, 6, 5, 8, 7, 9]);
  expect([...(await buffer(swapWords(chunks(), 4)))]).toEqual([4, 3, 2, 1, 8, 7, 6, 5, 9]);
});

/** The same object, deflated. */
function deflate(bytes: Uint8Array): Buffer {
  const { value } = readPart10(bytes).pixelData!;
  const { prefix, dataset, pixelData } = rewriteHead(bytes.subarray(0, value.offset), {
    from: EXPLICIT,
    to: DEFLATED,
    pixelDataFollows: true,
  });
  const pixels = bytes.subarray(value.offset, value.offset + value.length);
  return Buffer.concat([prefix, deflateRawSync(Buffer.concat([dataset, pixelData!.header, pixels]))]);
}
