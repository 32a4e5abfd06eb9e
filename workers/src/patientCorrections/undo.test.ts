import { buffer } from 'node:stream/consumers';
import { type DicomJson, personName, readPart10, TAG, text } from '@hutong/dicom';
import {
  type CorrectionRequest,
  endedByEvent,
  inTransaction,
  LaterCorrections,
  listPatientCorrections,
  makePatientsKnown,
  markSent,
  type ObjectStore,
  readPatientCorrection,
  recordPatientCorrection,
  recoverInstances,
  reindex,
  takeUnsent,
  undoPatientCorrection,
  WouldBeCorrectedAgain,
} from '@hutong/storage-config';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  openTestArchive,
  PERSON,
  type TestArchive,
} from '../../../storage-config/src/corrections/testing.ts';
import { personKeys } from '../../../storage-config/src/persons/personKeys.ts';
import { aCtStudy, type FactoryStudy } from '../../../test/factories/index.ts';
import { correctStudy } from './correctStudy.ts';

const REASON = { code: 'WRONG_DATA', text: 'typing error' } as const;
const MISTAKE = { code: 'MISTAKE', text: 'two persons after all' } as const;
const ORIGINAL_ATTRIBUTES = '04000561';

let archive: TestArchive;
/** Set by a test to fail writes of objects. */
let failWrites: ((key: string) => boolean) | null = null;

/** Set by a test to have nothing deleted. */
let keepObjects = false;

beforeAll(async () => {
  archive = await openTestArchive(withFailures);
});
afterAll(() => archive.close());
beforeEach(() => {
  failWrites = null;
  keepObjects = false;
});

const withFailures = (objects: ObjectStore): ObjectStore =>
  new Proxy(objects, {
    get: (target, name) => {
      const refuse = (key: string): boolean => failWrites?.(key) === true;
      const away = (): Promise<never> => Promise.reject(new Error('store away'));
      if (name === 'delete' && keepObjects) return away;
      if (name === 'create')
        return (...given: Parameters<ObjectStore['create']>) =>
          refuse(given[0]) ? away() : target.create(...given);
      if (name === 'put')
        return (...given: Parameters<ObjectStore['put']>) =>
          refuse(given[0]) ? away() : target.put(...given);
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });

async function correct(request: CorrectionRequest): Promise<number> {
  const id = await recordPatientCorrection(archive.index, archive.correcting, 'h1', request, REASON);
  expect(id).not.toBeNull();
  return id!;
}
const merge = (from: string, into: string): Promise<number> =>
  correct({ kind: 'patientMerge', from: { patientId: from }, into: { patientId: into } });
const undo = (id: number): Promise<boolean | null> =>
  undoPatientCorrection(archive.index, archive.correcting, id, ['h1'], MISTAKE);

/** Does the corrections' jobs that are due, or will be in a moment, as the relay and the workers do. */
async function work(): Promise<void> {
  for (;;) {
    await archive.index.query(
      `UPDATE outbox SET available_at = now(), sent_at = NULL WHERE topic = 'study.patientCorrection' AND done_at IS NULL`,
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
    const parts = {
      index: archive.index,
      objects: archive.objects,
      config: { quietSeconds: 0 },
      log: pino({ level: 'silent' }),
    };
    for (const { id, studyId } of events) await correctStudy(parts, { outboxId: id, studyId });
  }
}

/** A study of a patient, of one instance unless said otherwise. */
async function aStudy(patientId: string, name: string, seed: string, slices = 1): Promise<FactoryStudy> {
  const study = aCtStudy({ seed, slices, overrides: { PatientID: patientId, PatientName: name } });
  const outcomes = await archive.store(study.instances.map(({ bytes }) => bytes));
  expect(new Set(outcomes)).toEqual(new Set(['added']));
  return study;
}

async function stored(study: FactoryStudy): Promise<DicomJson[]> {
  const { rows } = await archive.index.query<{ object_key: string; dataset: string }>(
    `SELECT i.object_key, i.dataset FROM instance i JOIN study s USING (study_id)
      WHERE s.study_instance_uid = $1 AND s.hospital_code = 'h1' ORDER BY i.instance_number`,
    [study.studyInstanceUid],
  );
  return Promise.all(
    rows.map(async ({ object_key: key, dataset }) => {
      const read = readPart10(await buffer(await archive.objects.get(key))).dataset;
      expect(JSON.parse(dataset)).toEqual(read);
      return read;
    }),
  );
}

const whoseObjects = async (study: FactoryStudy): Promise<string[]> =>
  (await stored(study)).map(
    (dataset) => `${text(dataset, TAG.PatientID)} ${personName(dataset, TAG.PatientName).Alphabetic ?? ''}`,
  );

async function whose(study: FactoryStudy): Promise<string> {
  const { rows } = await archive.index.query<{ whose: string }>(
    `SELECT patient_id || ' ' || patient_name_alphabetic AS whose FROM study WHERE study_instance_uid = $1`,
    [study.studyInstanceUid],
  );
  return rows[0]!.whose;
}

const progress = async (id: number): Promise<unknown> =>
  (await readPatientCorrection(archive.index, id, null))!.studies.map(({ instances, corrected, failed }) => [
    instances,
    corrected,
    failed,
  ]);

test('an undone merge gives studies back: in the index at once, in every object after the job, with history', async () => {
  const wrong = await aStudy('U1', 'Wang^Er', 'undo from', 3);
  const right = await aStudy('U2', 'Wang^San', 'undo into');
  const [before] = await stored(wrong);
  const id = await merge('U1', 'U2');
  await work();
  expect(await whoseObjects(wrong)).toEqual(Array(3).fill('U2 Wang^San'));
  expect(await undo(id)).toBe(true);
  expect(await whose(wrong)).toBe('U1 Wang^Er');
  expect(await progress(id)).toEqual([[3, 0, 0]]);
  await work();
  expect(await progress(id)).toEqual([[3, 3, 0]]);
  expect(await whoseObjects(wrong)).toEqual(Array(3).fill('U1 Wang^Er'));
  expect(await whose(wrong)).toBe('U1 Wang^Er');
  expect(await whose(right)).toBe('U2 Wang^San');
  const [after] = await stored(wrong);
  const { [ORIGINAL_ATTRIBUTES]: original, ...others } = after!;
  expect(others).toEqual(before);
  const items = original!.Value as DicomJson[];
  expect(items.map((item) => text((item['04000550']!.Value as DicomJson[])[0]!, TAG.PatientID))).toEqual([
    'U1',
    'U2',
  ]);
  const correction = (await readPatientCorrection(archive.index, id, ['h1']))!;
  expect(correction).toMatchObject({
    reasonCode: 'WRONG_DATA',
    undo: { reasonCode: 'MISTAKE', reasonText: 'two persons after all', author: { name: PERSON.name } },
  });
  const { rows: changes } = await archive.index.query<{ action: string }>(
    'SELECT action FROM change WHERE study_instance_uid = $1 ORDER BY change_id',
    [wrong.studyInstanceUid],
  );
  expect(changes.map(({ action }) => action)).toEqual([
    'stored',
    'patientCorrected',
    'corrected',
    'patientCorrected',
    'corrected',
  ]);
  const { rows: events } = await archive.index.query<{ undo: boolean | null; reason: string }>(
    `SELECT (details -> 'undo')::boolean AS undo, reason_code AS reason FROM study_event
      WHERE study_instance_uid = $1 ORDER BY study_event_id`,
    [wrong.studyInstanceUid],
  );
  expect(events).toEqual([
    { undo: null, reason: 'WRONG_DATA' },
    { undo: null, reason: 'WRONG_DATA' },
    { undo: true, reason: 'MISTAKE' },
    { undo: null, reason: 'MISTAKE' },
  ]);
  // As it was received, it is known.
  expect(await archive.store(wrong.instances.map(({ bytes }) => bytes))).toEqual(['known', 'known', 'known']);
});

test('an undone merge redirects nobody any more, and gives back what came late', async () => {
  await aStudy('L1', 'Li^Yi', 'late from');
  await aStudy('L2', 'Li^Er', 'late into');
  const id = await merge('L1', 'L2');
  const written = await aStudy('L1', 'Li^Yi', 'late written');
  await work();
  const unwritten = await aStudy('L1', 'Li^Yi', 'late unwritten');
  expect(await whose(written)).toBe('L2 Li^Er');
  expect(await whose(unwritten)).toBe('L2 Li^Er');
  await undo(id);
  expect(await whose(written)).toBe('L1 Li^Yi');
  expect(await whose(unwritten)).toBe('L1 Li^Yi');
  const later = await aStudy('L1', 'Li^Yi', 'late later');
  expect(await whose(later)).toBe('L1 Li^Yi');
  await work();
  for (const study of [written, unwritten, later]) expect(await whoseObjects(study)).toEqual(['L1 Li^Yi']);
  expect((await archive.index.query(`SELECT FROM retired_patient WHERE patient_id = 'L1'`)).rows).toEqual([]);
});

test('what arrives at the moment of the undo is nobody else’s afterwards', async () => {
  await aStudy('M1', 'Mu^Yi', 'moment from');
  await aStudy('M2', 'Mu^Er', 'moment into');
  const id = await merge('M1', 'M2');
  const arriving = Array.from({ length: 12 }, (_, n) => aStudy('M1', 'Mu^Yi', `moment ${n}`));
  const [undone, ...studies] = await Promise.all([undo(id), ...arriving]);
  expect(undone).toBe(true);
  expect(await Promise.all(studies.map(whose))).toEqual(Array(12).fill('M1 Mu^Yi'));
  await work();
  for (const study of studies) expect(await whoseObjects(study)).toEqual(['M1 Mu^Yi']);
});

test('a merge, another the other way to mend it, and single studies: each can be undone, the last first', async () => {
  const gold = await aStudy('GOLD', 'Jin^Yi', 'gold own');
  const genuine = await aStudy('NEW', 'Xin^Yi', 'new own');
  const first = await merge('GOLD', 'NEW');
  const late = await aStudy('GOLD', 'Jin^Yi', 'gold late');
  await correct({
    kind: 'studyAttributes',
    studyInstanceUid: late.studyInstanceUid,
    values: { accessionNumber: 'A-9' },
  });
  await work();
  const reverse = await merge('NEW', 'GOLD');
  const lateOfNew = await aStudy('NEW', 'Xin^Yi', 'new late');
  await work();
  expect(await whose(genuine)).toMatch(/^GOLD /);
  expect(await whose(lateOfNew)).toMatch(/^GOLD /);
  const refused = await undo(first).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(LaterCorrections);
  expect((refused as LaterCorrections).corrections).toEqual([reverse]);
  expect(await undo(reverse)).toBe(true);
  await work();
  expect(await whoseObjects(genuine)).toEqual(['NEW Xin^Yi']);
  expect(await whoseObjects(lateOfNew)).toEqual(['NEW Xin^Yi']);
  // The first merge stands again, for what arrives too.
  expect(await whoseObjects(gold)).toEqual(['NEW Xin^Yi']);
  const between = await aStudy('GOLD', 'Jin^Yi', 'gold between');
  expect(await whose(between)).toBe('NEW Xin^Yi');
  expect(await undo(first)).toBe(true);
  await work();
  for (const study of [gold, late, between]) {
    expect(await whose(study)).toBe('GOLD Jin^Yi');
    expect(await whoseObjects(study)).toEqual(['GOLD Jin^Yi']);
  }
  expect(await whoseObjects(genuine)).toEqual(['NEW Xin^Yi']);
  expect(text((await stored(late))[0]!, TAG.AccessionNumber)).toBe('A-9');
});

test('the last of a chain of merges undone, what came late for the first is the second patient’s again', async () => {
  await aStudy('K1', 'Ka^Yi', 'chain 1');
  await aStudy('K2', 'Ka^Er', 'chain 2');
  await aStudy('K3', 'Ka^San', 'chain 3');
  const one = await merge('K1', 'K2');
  const two = await merge('K2', 'K3');
  const late = await aStudy('K1', 'Ka^Yi', 'chain late');
  await work();
  expect(await whoseObjects(late)).toEqual(['K3 Ka^San']);
  expect(await undo(two)).toBe(true);
  expect(await whose(late)).toBe('K2 Ka^Er');
  await work();
  expect(await whoseObjects(late)).toEqual(['K2 Ka^Er']);
  expect(await undo(one)).toBe(true);
  await work();
  expect(await whoseObjects(late)).toEqual(['K1 Ka^Yi']);
});

test('values of a later correction of the study stay; those it did not give go back', async () => {
  const study = await aStudy('V1', 'Van^Yi', 'values');
  const first = await correct({
    kind: 'studyAttributes',
    studyInstanceUid: study.studyInstanceUid,
    values: { patientId: 'V9', patientName: { Alphabetic: 'Van^Jiu' }, studyDescription: '头颅CT平扫' },
  });
  await work();
  await correct({
    kind: 'studyAttributes',
    studyInstanceUid: study.studyInstanceUid,
    values: { patientName: { Alphabetic: 'Van^Shi' } },
  });
  await undo(first);
  expect(await whose(study)).toBe('V1 Van^Shi');
  await work();
  expect(await whoseObjects(study)).toEqual(['V1 Van^Shi']);
  const listed = await listPatientCorrections(archive.index, {
    hospitals: ['h1'],
    study: study.studyInstanceUid,
    before: null,
    limit: 10,
  });
  expect(listed.map(({ undo: undone }) => undone !== null)).toEqual([false, true]);
});

test('a correction that was undone can be made again, and undone again', async () => {
  const study = await aStudy('R1', 'Ren^Yi', 'repeated');
  const request = {
    kind: 'patientAttributes',
    patient: { patientId: 'R1' },
    values: { patientName: { Alphabetic: 'Ren^Er' } },
  } as const;
  for (const _ of [1, 2]) {
    const id = await correct(request);
    await work();
    expect(await whoseObjects(study)).toEqual(['R1 Ren^Er']);
    await undo(id);
    await work();
    expect(await whoseObjects(study)).toEqual(['R1 Ren^Yi']);
  }
});

test('undoing twice changes nothing the second time, and another hospital has no such correction', async () => {
  const study = await aStudy('T1', 'Tang^Yi', 'twice');
  await aStudy('T2', 'Tang^Er', 'twice into');
  const id = await merge('T1', 'T2');
  expect(await undoPatientCorrection(archive.index, archive.correcting, id, ['h2'], MISTAKE)).toBeNull();
  expect(await whose(study)).toBe('T2 Tang^Er');
  expect(await Promise.all([undo(id), undo(id)])).toEqual(expect.arrayContaining([true, false]));
  const count = async (): Promise<number> =>
    (
      await archive.index.query('SELECT FROM study_event WHERE study_instance_uid = $1', [
        study.studyInstanceUid,
      ])
    ).rows.length;
  const events = await count();
  expect(await undo(id)).toBe(false);
  expect(await count()).toBe(events);
});

test('an undo whose record cannot be written changes nothing; one that broke off in the job is gone on with', async () => {
  const study = await aStudy('X1', 'Xu^Yi', 'broken', 4);
  await aStudy('X2', 'Xu^Er', 'broken into');
  const id = await merge('X1', 'X2');
  await work();
  failWrites = (key) => key.startsWith('tombstones/');
  await expect(undo(id)).rejects.toThrow('store away');
  failWrites = null;
  expect(await whose(study)).toBe('X2 Xu^Er');
  expect((await readPatientCorrection(archive.index, id, null))!.undo).toBeNull();
  expect(await whose(await aStudy('X1', 'Xu^Yi', 'broken late'))).toBe('X2 Xu^Er');
  expect(await undo(id)).toBe(true);
  let writes = 0;
  failWrites = (key) => key.startsWith('instances/') && (writes += 1) === 3;
  await expect(work()).rejects.toThrow('store away');
  expect(await whose(study)).toBe('X1 Xu^Yi');
  failWrites = null;
  await work();
  expect(await whoseObjects(study)).toEqual(Array(4).fill('X1 Xu^Yi'));
});

test('an index made of the bucket alone has corrections undone too, and what came late is given back there', async () => {
  const own = await aStudy('B1', 'Bai^Yi', 'bucket own');
  await aStudy('B2', 'Bai^Er', 'bucket into');
  const id = await merge('B1', 'B2');
  const late = await aStudy('B1', 'Bai^Yi', 'bucket late');
  await aStudy('B3', 'Bai^San', 'bucket third');
  await work();
  const standing = await correct({
    kind: 'patientMerge',
    from: { patientId: 'B3' },
    into: { patientId: 'B2' },
  });
  const lateOfThird = await aStudy('B3', 'Bai^San', 'bucket third late');
  await work();
  await undo(id);
  const was = archive.index;
  const other = await archive.emptyIndex();
  archive.index = other.index;
  try {
    await reindex(archive.index, archive.objects, { quietSeconds: 0 });
    expect(await whose(own)).toBe('B1 Bai^Yi');
    expect(await whose(late)).toBe('B1 Bai^Yi');
    expect((await readPatientCorrection(archive.index, id, null))!.undo).toMatchObject({
      reasonCode: 'MISTAKE',
    });
    await work();
    expect(await whoseObjects(own)).toEqual(['B1 Bai^Yi']);
    expect(await whoseObjects(late)).toEqual(['B1 Bai^Yi']);
    const { rows: retired } = await archive.index.query<{ id: string }>(
      `SELECT patient_id AS id FROM retired_patient WHERE patient_id LIKE 'B_'`,
    );
    expect(retired).toEqual([{ id: 'B3' }]);
    expect(await whose(lateOfThird)).toBe('B2 Bai^Er');
    await undo(standing);
    await work();
    expect(await whoseObjects(lateOfThird)).toEqual(['B3 Bai^San']);
  } finally {
    archive.index = was;
    await other.drop();
  }
});

test('a version that a standing correction would overwrite at once is not recovered', async () => {
  const study = await aStudy('F1', 'Fang^Yi', 'former');
  await aStudy('F2', 'Fang^Er', 'former into');
  const id = await merge('F1', 'F2');
  await work();
  const rewritings = async (): Promise<number[]> =>
    (
      await archive.index.query<{ id: number }>(
        'SELECT DISTINCT study_event_id AS id FROM former_instance WHERE study_instance_uid = $1 ORDER BY 1',
        [study.studyInstanceUid],
      )
    ).rows.map((row) => row.id);
  const recover = (event: number): Promise<unknown> =>
    recoverInstances(
      archive.index,
      archive.correcting,
      study.studyInstanceUid,
      endedByEvent(event),
      ['h1'],
      MISTAKE,
    ).catch((error: unknown) => error);
  const [written] = await rewritings();
  const refused = await recover(written!);
  expect(refused).toBeInstanceOf(WouldBeCorrectedAgain);
  expect((refused as WouldBeCorrectedAgain).corrections).toEqual([id]);
  await undo(id);
  await work();
  const [, undone] = await rewritings();
  const again = await recover(undone!);
  expect(again).toBeInstanceOf(WouldBeCorrectedAgain);
  expect((again as WouldBeCorrectedAgain).corrections).toEqual([]);
  expect(await recover(written!)).toHaveLength(1);
  await work();
  expect(await whoseObjects(study)).toEqual(['F1 Fang^Yi']);
});

test('persons follow: the patient that was merged is known again, with its studies', async () => {
  await aStudy('P1', 'Peng^Yi', 'person from');
  await aStudy('P2', 'Tao^Er', 'person into');
  const keys = personKeys([Buffer.alloc(32, 7)]);
  const known = async (): Promise<unknown[]> => {
    while ((await makePatientsKnown(archive.index, keys)) > 0);
    const { rows } = await archive.index.query<{ id: string; name: string }>(
      `SELECT DISTINCT p.patient_id AS id, p.name FROM patient p
         JOIN patient_link l USING (hospital_code, patient_id, issuer_of_patient_id)
         JOIN study s USING (hospital_code, patient_id, issuer_of_patient_id)
        WHERE p.patient_id IN ('P1', 'P2') AND l.ended_at IS NULL ORDER BY 1`,
    );
    return rows.map(({ id, name }) => `${id} ${name.split('=')[0]!}`);
  };
  const before = await known();
  expect(before).toEqual(['P1 Peng^Yi', 'P2 Tao^Er']);
  const id = await merge('P1', 'P2');
  await work();
  expect(await known()).toEqual(['P2 Tao^Er']);
  await undo(id);
  await work();
  expect(await known()).toEqual(before);
});

test('of an undo whose server was killed, an index made of the bucket alone has all or nothing', async () => {
  const studies = [
    await aStudy('D1', 'Deng^Yi', 'killed one'),
    await aStudy('D1', 'Deng^Yi', 'killed two'),
    await aStudy('D1', 'Deng^Yi', 'killed three'),
  ];
  await aStudy('D2', 'Deng^Er', 'killed into');
  const id = await merge('D1', 'D2');
  await work();
  const written: string[] = [];
  // The process ends while the second record is written: nothing takes the first away again.
  failWrites = (key) => key.startsWith('tombstones/') && written.push(key) === 2;
  keepObjects = true;
  await expect(undo(id)).rejects.toThrow('store away');
  keepObjects = false;
  failWrites = null;
  for (const study of studies) expect(await whose(study)).toBe('D2 Deng^Er');
  const was = archive.index;
  const other = await archive.emptyIndex();
  archive.index = other.index;
  try {
    await reindex(archive.index, archive.objects, { quietSeconds: 0 });
    await work();
    expect((await readPatientCorrection(archive.index, id, null))!.undo).not.toBeNull();
    for (const study of studies) {
      expect(await whoseObjects(study)).toEqual(['D1 Deng^Yi']);
      expect(await whose(study)).toBe('D1 Deng^Yi');
    }
  } finally {
    archive.index = was;
    await other.drop();
  }
});
