import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readPart10, text } from '@hutong/dicom';
import {
  cancelExport,
  createExport,
  type ExportFilter,
  type ExportJob,
  type ExportOptions,
  exportArchive,
  findExport,
  leaseStudy,
  type NewExport,
  ObjectStoreFull,
  removeEndedExports,
  SecretBoxError,
} from '@hutong/storage-config';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestArchive, type TestArchive } from '../../../storage-config/src/corrections/testing.ts';
import { secretBox } from '../../../storage-config/src/secretBox.ts';
import { aCtStudy, encodeGb18030, type FactoryStudy } from '../../../test/factories/index.ts';
import { type ExportParts, runExport } from './exportStudy.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const OPTIONS: ExportOptions = {
  dates: 'shift',
  keepWeekday: false,
  cleanDescriptors: true,
  cleanStructuredContent: false,
  cleanGraphics: false,
  retainPatientCharacteristics: true,
  retainDeviceIdentity: false,
  retainInstitutionIdentity: false,
  retainSafePrivate: true,
  flagged: 'apart',
  conformance: true,
};
const ALL: ExportFilter = {
  hospitals: [],
  modalities: [],
  items: [],
  label: null,
  from: null,
  to: null,
  studies: [],
};

let archive: TestArchive;
let parts: ExportParts;
let studies: FactoryStudy[];
let folder: string;
const secrets = secretBox([Buffer.alloc(32, 3)]);
const lines: string[] = [];

beforeAll(async () => {
  archive = await openTestArchive();
  folder = await mkdtemp(path.join(os.tmpdir(), 'hutong-exports-'));
  const name = { PatientName: 'Miming^Lao', PatientID: 'GEHEIM-4711' };
  studies = [
    aCtStudy({ seed: 'export one', slices: 4, overrides: name }),
    aCtStudy({ seed: 'export two', slices: 3, overrides: name }),
    aCtStudy({
      seed: 'export three',
      slices: 2,
      overrides: { ...name, PatientID: 'OTHER-99', BurnedInAnnotation: 'YES' },
    }),
  ];
  for (const study of studies) await archive.store(study.instances.map(({ bytes }) => bytes));
  parts = {
    index: archive.index,
    objects: archive.objects,
    secrets,
    config: { exports: { keepDays: 3, maxStudies: 100, release: false } },
    log: pino({ level: 'info' }, { write: (line: string) => lines.push(line) }),
  };
});
afterAll(async () => {
  await archive.close();
  await rm(folder, { recursive: true, force: true });
});

async function anExport(changes: Partial<NewExport> = {}): Promise<ExportJob> {
  const made = await createExport(
    archive.index,
    secrets,
    {
      project: 'LUNG-1',
      title: 'Nodules',
      approval: 'EC-2026-7',
      reason: 'training',
      hospitals: null,
      filter: ALL,
      options: OPTIONS,
      author: { kind: 'person', id: 'li', name: 'Li' },
      ...changes,
    },
    { most: 10, release: false },
  );
  if (typeof made === 'string') throw new Error(made);
  return made;
}

async function download(job: ExportJob): Promise<{ bytes: Buffer; folder: string }> {
  const pieces: Buffer[] = [];
  for await (const piece of exportArchive(archive.index, archive.objects, job)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  const to = await mkdtemp(path.join(folder, 'unzipped-'));
  await writeFile(`${to}.zip`, bytes);
  execFileSync('python3', ['-m', 'zipfile', '-t', `${to}.zip`]);
  execFileSync('python3', ['-m', 'zipfile', '-e', `${to}.zip`, to]);
  return { bytes, folder: to };
}

const filesOf = async (root: string): Promise<string[]> =>
  (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.dcm')).sort();

test.skipIf(!hasPython)(
  'an archive has every image without identity, tables beside them, and what is to be looked at apart',
  async () => {
    const job = await anExport();
    await runExport(parts, job.id);
    const done = await findExport(archive.index, job.id, null);
    expect(done).toMatchObject({ state: 'done', studies: 3, studiesDone: 3, instances: 9, leftOut: 0 });
    const { bytes, folder: root } = await download(job);
    const written = bytes.toString('latin1');
    for (const secret of [
      'Miming',
      'GEHEIM-4711',
      'OTHER-99',
      ...studies.map((study) => study.studyInstanceUid),
    ]) {
      expect(written.includes(secret)).toBe(false);
      expect(bytes.includes(Buffer.from(encodeGb18030(secret)))).toBe(false);
    }
    const files = await filesOf(root);
    expect(files).toHaveLength(9);
    const apart = files.filter((name) => name.startsWith('look-at/'));
    expect(apart).toHaveLength(2);
    const people = new Set<string>();
    for (const file of files) {
      const { dataset, pixelData } = readPart10(await readFile(path.join(root, file)));
      expect(text(dataset, '00120062')).toBe('YES');
      expect(pixelData).not.toBeNull();
      expect(file).toContain(text(dataset, '00100020'));
      people.add(text(dataset, '00100020'));
    }
    // Two studies are of one patient.
    expect(people.size).toBe(2);
    const manifest = await readFile(path.join(root, 'manifest.csv'), 'utf8');
    expect(manifest.trim().split('\r\n')).toHaveLength(4);
    expect(
      (await readFile(path.join(root, 'look-at.csv'), 'utf8')).match(/BURNED_IN_ANNOTATION/g),
    ).toHaveLength(2);
    expect(lines.join('')).not.toMatch(/Miming|GEHEIM/);
  },
);

test('another export of the project gives the same pseudonyms and UIDs, one of another project others', async () => {
  const of = async (project: string) => {
    const job = await anExport({
      project,
      filter: { ...ALL, studies: [studies[0]?.studyInstanceUid ?? ''] },
    });
    await runExport(parts, job.id);
    const { rows } = await archive.index.query<{ manifest: { pseudonym: string; studyInstanceUid: string } }>(
      'SELECT manifest FROM export_study WHERE export_id = $1',
      [job.id],
    );
    return rows[0]?.manifest;
  };
  const [one, again, other] = [await of('LUNG-1'), await of('LUNG-1'), await of('HEART-1')];
  expect(again?.pseudonym).toBe(one?.pseudonym);
  expect(again?.studyInstanceUid).toBe(one?.studyInstanceUid);
  expect(other?.pseudonym).not.toBe(one?.pseudonym);
  expect(other?.studyInstanceUid).not.toBe(one?.studyInstanceUid);
});

test('flagged images are left out where that is asked for', async () => {
  const job = await anExport({ options: { ...OPTIONS, flagged: 'leaveOut' } });
  await runExport(parts, job.id);
  expect(await findExport(archive.index, job.id, null)).toMatchObject({ instances: 7, leftOut: 2 });
});

test('what a worker that died was at is taken up again, and studies that were deleted meanwhile are missing', async () => {
  const job = await anExport();
  const abandoned = await leaseStudy(archive.index, job.id);
  expect(abandoned).not.toBeNull();
  await runExport(parts, job.id);
  expect(await findExport(archive.index, job.id, null)).toMatchObject({ state: 'running', studiesDone: 2 });
  await archive.index.query(
    `UPDATE export_study SET leased_until = now() - interval '1 second' WHERE export_id = $1`,
    [job.id],
  );
  await archive.index.query(
    `UPDATE export_study SET study_instance_uid = '1.2.3.4.404' WHERE export_id = $1 AND state = 'waiting'`,
    [job.id],
  );
  await runExport(parts, job.id);
  expect(await findExport(archive.index, job.id, null)).toMatchObject({
    state: 'done',
    studiesDone: 2,
    studiesMissing: 1,
  });
});

test('a damaged object fails its study, and the others are exported', async () => {
  const job = await anExport();
  const { rows } = await archive.index.query<{ id: number; sha: Buffer }>(
    `SELECT instance_id AS id, object_sha256 AS sha FROM instance JOIN study USING (study_id)
      WHERE study_instance_uid = $1 LIMIT 1`,
    [studies[1]?.studyInstanceUid],
  );
  await archive.index.query('UPDATE instance SET object_sha256 = $2 WHERE instance_id = $1', [
    rows[0]?.id,
    Buffer.alloc(32),
  ]);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await runExport(parts, job.id);
    await archive.index.query('UPDATE export_study SET leased_until = NULL WHERE export_id = $1', [job.id]);
  }
  await archive.index.query('UPDATE instance SET object_sha256 = $2 WHERE instance_id = $1', [
    rows[0]?.id,
    rows[0]?.sha,
  ]);
  expect(await findExport(archive.index, job.id, null)).toMatchObject({
    state: 'done',
    studiesDone: 2,
    studiesMissing: 1,
  });
});

test('what is over or cancelled is removed, with everything that was written of it', async () => {
  const [over, cancelled] = [await anExport(), await anExport()];
  for (const job of [over, cancelled]) await runExport(parts, job.id);
  await archive.index.query(
    `UPDATE export_job SET expires_at = now() - interval '1 day' WHERE export_id = $1`,
    [over.id],
  );
  expect(await cancelExport(archive.index, cancelled.id)).toBe(true);
  expect(await removeEndedExports(archive.index, archive.objects)).toBe(6);
  expect(await findExport(archive.index, over.id, null)).toMatchObject({ state: 'expired' });
  const left: string[] = [];
  for await (const { key } of archive.objects.list('exports/')) left.push(key);
  expect(left.filter((key) => key.includes(over.id) || key.includes(cancelled.id))).toEqual([]);
});

test('a filter that finds nothing, or more than allowed, makes no export', async () => {
  const make = (filter: Partial<ExportFilter>, most: number) =>
    createExport(
      archive.index,
      secrets,
      {
        project: 'LUNG-1',
        title: 't',
        approval: 'a',
        reason: 'r',
        hospitals: ['h1'],
        filter: { ...ALL, ...filter },
        options: OPTIONS,
        author: { kind: 'person', id: 'li', name: 'Li' },
      },
      { most, release: false },
    );
  expect(await make({ hospitals: ['h2'] }, 10)).toBe('NOTHING');
  expect(await make({}, 2)).toBe('TOO_MANY');
});

test('while the disk is full studies wait instead of failing, and are written when there is space again', async () => {
  const job = await anExport();
  const full: ExportParts = {
    ...parts,
    objects: {
      ...archive.objects,
      create: () => Promise.reject(new ObjectStoreFull('no space')),
    },
  };
  // More often than a study that fails is tried.
  for (let tries = 0; tries < 12; tries += 1)
    await expect(runExport(full, job.id)).rejects.toThrow(ObjectStoreFull);
  expect(await findExport(archive.index, job.id, null)).toMatchObject({
    state: 'running',
    studiesMissing: 0,
  });

  const locked = { ...parts, secrets: secretBox([Buffer.alloc(32, 4)]) };
  await expect(runExport(locked, job.id)).rejects.toThrow(SecretBoxError);

  await runExport(parts, job.id);
  expect(await findExport(archive.index, job.id, null)).toMatchObject({
    state: 'done',
    studiesDone: 3,
    studiesMissing: 0,
  });
});
