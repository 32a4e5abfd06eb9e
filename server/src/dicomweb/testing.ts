/** For tests: the routers on a real index, a real object store and HTTP, and rows put in without STOW. */
import type { DicomJson, PixelDataLayout } from '@hutong/dicom';
import { serialiseDicomJson } from '@hutong/dicom';
import { loadConfig, namePinyin, type ObjectStore, openObjectStore } from '@hutong/storage-config';
import { createTestDatabase } from '@hutong/storage-config/testing';
import express, { type Router } from 'express';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { rightsIn } from '../auth/rights.ts';
import type { Caller, Scope, ServerParts } from '../context.ts';
import { AuditWriter, openPersonKeys, openSecretBox } from '@hutong/storage-config';
import { createPixelThreads } from '../pixelThreads/index.ts';
import { problemHandler } from '../problem.ts';

/** Header by which a test says which hospitals its caller may read: `*`, or codes with commas. */
export const HOSPITALS_HEADER = 'x-test-hospitals';

/** Header by which a test gives its caller more scopes than `read`, with commas; `review` for the hospitals it may read. */
export const SCOPES_HEADER = 'x-test-scopes';

export interface TestGateway {
  /** Address of the server; DICOMweb is below `/dicomweb` and `/hospitals/{code}/dicomweb`, the API below `/api`. */
  url: string;
  index: Pool;
  objects: ObjectStore;
  close(): Promise<void>;
}

export async function startTestGateway(
  features: (parts: ServerParts) => { dicomweb?: Router[]; api?: Router[] },
): Promise<TestGateway> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'hutong-gateway-'));
  const config = loadConfig({ HUTONG_DATA: folder, HUTONG_LOG_LEVEL: 'silent' });
  const objects = await openObjectStore(config);
  const log = pino({ level: 'silent' });
  const pixelThreads = createPixelThreads({ threads: 1, queueLimit: 64 });
  const audit = new AuditWriter(database.pool, log);
  const secrets = openSecretBox(config);
  const personKeys = openPersonKeys(config, secrets);
  const routers = features({
    index: database.pool,
    objects,
    config,
    log,
    pixelThreads,
    audit,
    secrets,
    personKeys,
  });

  const app = express();
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.use((req, res, next) => {
    const hospitals = req.get(HOSPITALS_HEADER) ?? '*';
    const readable = hospitals === '*' ? null : hospitals.split(',');
    const asked = (req.get(SCOPES_HEADER) ?? '').split(',').filter((scope) => scope !== '') as Scope[];
    const caller: Caller = {
      kind: 'machine',
      id: 'test',
      displayName: 'test',
      rights: rightsIn(['read', ...asked], readable),
      purpose: 'TREAT',
      storesFor: null,
      account: null,
      sessionExpiresAt: null,
    };
    Object.assign(res.locals, { caller });
    next();
  });
  const base = (req: express.Request): string => `http://${req.get('host') ?? ''}`;
  app.use('/dicomweb', (req, res, next) => {
    Object.assign(res.locals, { dicomwebRoot: { hospital: null, url: `${base(req)}/dicomweb` } });
    next();
  });
  app.use('/hospitals/:hospital/dicomweb', (req, res, next) => {
    const { hospital } = req.params;
    const url = `${base(req)}/hospitals/${hospital}/dicomweb`;
    Object.assign(res.locals, { dicomwebRoot: { hospital, url } });
    next();
  });
  for (const router of routers.dicomweb ?? [])
    app.use(['/dicomweb', '/hospitals/:hospital/dicomweb'], router);
  for (const router of routers.api ?? []) app.use('/api', router);
  app.use(problemHandler(log));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    index: database.pool,
    objects,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await pixelThreads.close();
      await objects.close();
      await database.drop();
      await rm(folder, { recursive: true });
    },
  };
}

type Columns = Record<string, unknown>;

export interface SeedInstance {
  uid: string;
  columns?: Columns;
  dataset?: DicomJson;
  bytes?: Buffer;
  pixelData?: PixelDataLayout;
  bulkData?: Record<string, { offset: number; length: number }>;
}

export interface SeedStudy {
  hospital: string;
  uid: string;
  columns?: Columns;
  series?: { uid: string; columns?: Columns; instances?: SeedInstance[] }[];
}

/** Puts a study's rows and objects in. Returns its study_id. */
export async function seedStudy(
  { index, objects }: Pick<TestGateway, 'index' | 'objects'>,
  { hospital, uid, columns = {}, series = [] }: SeedStudy,
): Promise<number> {
  await index.query(
    `INSERT INTO hospital (code, name_zh, name_en) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [hospital, `${hospital}医院`, `Hospital ${hospital}`],
  );
  const all = series.flatMap(({ instances = [] }) => instances);
  const studyId = await insert(index, 'study', {
    hospital_code: hospital,
    study_instance_uid: uid,
    modalities: [...new Set(series.map((one) => one.columns?.['modality'] ?? 'CT'))],
    number_of_series: series.length,
    number_of_instances: all.length,
    revision: 1,
    conformance_revision: 1,
    patient_name_pinyin: pinyinOf(columns),
    ...columns,
  });
  for (const one of series) {
    const { instances = [] } = one;
    const seriesId = await insert(index, 'series', {
      study_id: studyId,
      hospital_code: hospital,
      series_instance_uid: one.uid,
      modality: 'CT',
      number_of_instances: instances.length,
      ...one.columns,
    });
    for (const instance of instances) {
      await seedInstance(
        { index, objects },
        { hospital, studyId, seriesId, studyUid: uid, seriesUid: one.uid },
        instance,
      );
    }
  }
  return studyId;
}

function pinyinOf(columns: Columns): string {
  const group = (name: string): string => (columns[`patient_name_${name}`] as string | undefined) ?? '';
  return namePinyin([group('alphabetic'), group('ideographic'), group('phonetic')]);
}

interface Parents {
  hospital: string;
  studyId: number;
  seriesId: number;
  studyUid: string;
  seriesUid: string;
}

async function seedInstance(
  { index, objects }: Pick<TestGateway, 'index' | 'objects'>,
  parents: Parents,
  { uid, columns = {}, dataset = {}, bytes = Buffer.from(uid), pixelData, bulkData }: SeedInstance,
): Promise<void> {
  const key = `instances/${parents.hospital}/${createHash('sha256').update(`${parents.studyId} ${uid}`).digest('hex')}`;
  await objects.put(key, bytes, {});
  const digest = createHash('sha256').update(bytes).digest();
  await insert(index, 'instance', {
    series_id: parents.seriesId,
    study_id: parents.studyId,
    hospital_code: parents.hospital,
    sop_instance_uid: uid,
    sop_class_uid: '1.2.840.10008.5.1.4.1.1.2',
    transfer_syntax_uid: '1.2.840.10008.1.2.1',
    object_key: key,
    object_size: bytes.length,
    object_sha256: digest,
    dataset_sha256: digest,
    pixel_data: pixelData === undefined ? null : JSON.stringify(pixelData),
    bulk_data: bulkData === undefined ? null : JSON.stringify(bulkData),
    dataset: serialiseDicomJson({
      '00080018': { vr: 'UI', Value: [uid] },
      '0020000D': { vr: 'UI', Value: [parents.studyUid] },
      '0020000E': { vr: 'UI', Value: [parents.seriesUid] },
      ...dataset,
    }),
    ...columns,
  });
}

async function insert(
  index: Pool,
  table: 'study' | 'series' | 'instance',
  columns: Columns,
): Promise<number> {
  const names = Object.keys(columns);
  const places = names.map((_, i) => `$${i + 1}`);
  const { rows } = await index.query<{ id: number }>(
    `INSERT INTO ${table} (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${places.join(', ')}) RETURNING ${table}_id AS id`,
    Object.values(columns),
  );
  return rows[0]?.id ?? 0;
}
