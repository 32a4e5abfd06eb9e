import { DicomError } from '@hutong/dicom';
import type pg from 'pg';
import { ensureHospital } from '../registry/hospitals.ts';
import { indexInstances } from '../indexing/indexInstances.ts';
import type { IndexRows } from '../indexing/indexRows.ts';
import { readStored } from '../indexing/readStored.ts';
import { type Log, silentLog } from '../log.ts';
import { sweepMetadataRenditions } from '../metadataRenditions.ts';
import { INSTANCES_PREFIX, parseInstanceObjectKey } from '../objectKeys.ts';
import { ObjectNotFound, type ObjectStore } from '../objectStore.ts';
import { finishStudy } from './finishStudy.ts';
import { followTombstones } from './followTombstones.ts';
import { type ObjectStates, readObjectStates } from './objectStates.ts';
import { orderCopies } from './orderCopies.ts';
import { putFormer } from './putFormer.ts';
import { restoreCorrections } from '../patientCorrections/restoreCorrections.ts';
import { putEvents, putRefused } from './putEvents.ts';
import { joinStudiesOfHolds, putHolds } from './putHolds.ts';
import { readHoldRecords } from '../holds/holdRecords.ts';

export interface ReindexReport {
  studies: number;
  /** Instances that were added to the index. */
  added: number;
  /** Objects that the index knew already. */
  known: number;
  keptAside: number;
  /** Former instances that were added. */
  former: number;
  /** Objects of no use: of instances that are refused, or second copies. */
  unused: number;
  events: number;
  /** Legal holds that were added. */
  holds: number;
  /** Keys of objects that cannot be read. */
  unreadable: string[];
}

export interface ReindexOptions {
  quietSeconds: number;
  log?: Log;
  /** Told after each study. */
  onStudy?: (report: ReindexReport) => void;
}

/** Objects read at once, and what one transaction takes. */
const READ_AT_ONCE = 8;
const BATCH_INSTANCES = 64;
const BATCH_CHARACTERS = 4 * 1024 * 1024;

interface StoredKey {
  key: string;
  hospital: string;
  study: string;
  sop: string;
  receivedAt: Date;
}

/**
 * Makes the index from the object store alone: the instances as they were received, and the tombstones, which say what was
 * deleted, rejected and corrected. What the index holds already stays, so it may be run again after it was ended, and after
 * an older copy of the database was restored. Verdicts and labels are made anew by the workers; keys, qualifications,
 * decisions on verdicts, exam tables and the names of hospitals are not in the bucket; legal holds are.
 *
 * @throws ObjectStoreUnavailable, Error when a tombstone cannot be read
 */
export async function reindex(
  index: pg.Pool,
  objects: ObjectStore,
  options: ReindexOptions,
): Promise<ReindexReport> {
  const log = options.log ?? silentLog;
  const states = await readObjectStates(objects);
  const holds = await readHoldRecords(objects);
  await forgetNumbers(index, objects);
  const hospitals = new Set<string>();
  const addHospital = async (code: string): Promise<void> => {
    if (!hospitals.has(code)) await ensureHospital(index, code);
    hospitals.add(code);
  };
  for (const { event } of states.tombstones) await addHospital(event.hospital);
  for (const { hold } of holds) await addHospital(hold.hospital);
  const held = holds.flatMap(({ events }) => events.map((event) => ({ event, instances: 0 })));
  const report: ReindexReport = {
    studies: 0,
    added: 0,
    known: 0,
    keptAside: 0,
    former: 0,
    unused: 0,
    events: await putEvents(index, [...states.tombstones, ...held]),
    holds: await putHolds(index, holds),
    unreadable: [],
  };
  await putRefused(index, states);
  await restoreCorrections(index);
  const parts: StudyParts = { index, objects, states, options, report, log };
  const gone = new Set(states.ended.keys());
  let group: StoredKey[] = [];
  const flush = async (): Promise<void> => {
    if (group.length === 0) return;
    await reindexStudy(parts, group);
    report.studies += 1;
    group = [];
    options.onStudy?.(report);
  };
  for await (const { key } of objects.list(INSTANCES_PREFIX)) {
    const parsed = parseInstanceObjectKey(key);
    if (parsed === null) continue;
    const { hospital, studyInstanceUid: study, sopInstanceUid: sop, receivedAt } = parsed;
    if (group[0] !== undefined && (group[0].hospital !== hospital || group[0].study !== study)) await flush();
    await addHospital(hospital);
    gone.delete(key);
    group.push({ key, hospital, study, sop, receivedAt });
  }
  await flush();
  await orderCopies(index, options.quietSeconds);
  for (const key of gone) {
    const state = states.ended.get(key);
    if (state !== undefined && (await putFormer(index, { key, ...state, rows: null }))) report.former += 1;
  }
  await joinStudiesOfHolds(index);
  return report;
}

/**
 * Answers that are kept, here and by clients, are known by the numbers of rows and their revisions. Those of a new index must
 * not be taken for those of the one before: its numbers begin behind any that were given.
 */
async function forgetNumbers(index: pg.Pool, objects: ObjectStore): Promise<void> {
  for (const table of ['study', 'series', 'instance']) {
    await index.query(
      `SELECT setval(pg_get_serial_sequence('${table}', '${table}_id'), extract(epoch FROM now())::bigint * 1000)
        WHERE NOT EXISTS (SELECT FROM ${table})`,
    );
  }
  await sweepMetadataRenditions(objects, -1);
}

interface StudyParts {
  index: pg.Pool;
  objects: ObjectStore;
  states: ObjectStates;
  options: ReindexOptions;
  report: ReindexReport;
  log: Log;
}

/** Objects of one study: what ended first, then the current versions, then the others in the order they came. */
async function reindexStudy(parts: StudyParts, group: readonly StoredKey[]): Promise<void> {
  const { index, states, options, report } = parts;
  const [one] = group;
  if (one === undefined) return;
  await followTombstones(index, one, group, states, options.quietSeconds);
  const known = await knownKeys(index, group);
  const missing = group
    .filter(({ key }) => !known.has(key))
    .sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime() || (a.key < b.key ? -1 : 1));
  report.known += known.size;
  for (const { key } of missing) {
    const state = states.ended.get(key);
    if (state === undefined) continue;
    const rows = await read(parts, key);
    if (rows !== null && (await putFormer(index, { key, ...state, rows }))) report.former += 1;
  }
  const wanted = missing.filter(({ key }) => !states.ended.has(key));
  const isCurrent = ({ key }: StoredKey) => states.current.has(key);
  const ordered = [...wanted.filter(isCurrent), ...wanted.filter((stored) => !isCurrent(stored))];
  for await (const batch of batchesOf(parts, ordered)) {
    const { results } = await indexInstances(
      { index, hospital: one.hospital, quietSeconds: options.quietSeconds, rebuilding: true },
      batch,
    );
    for (const { as, error } of results) {
      if (as === 'failed') throw error;
      if (as === 'added') report.added += 1;
      else if (as === 'keptAside') report.keptAside += 1;
      else report.unused += 1;
    }
  }
  if (wanted.length > 0) await finishStudy(index, one, wanted, states, options.quietSeconds);
}

/** Rows of objects, in order; the parallel reads hold little, for a dataset is let go as soon as it is rows. */
async function* batchesOf(parts: StudyParts, keys: readonly StoredKey[]): AsyncGenerator<IndexRows[]> {
  let batch: IndexRows[] = [];
  let characters = 0;
  for (let i = 0; i < keys.length; i += READ_AT_ONCE) {
    const chunk = await Promise.all(keys.slice(i, i + READ_AT_ONCE).map(({ key }) => read(parts, key)));
    for (const rows of chunk) {
      if (rows === null) continue;
      batch.push(rows);
      characters += rows.instance.dataset.length;
    }
    if (batch.length < BATCH_INSTANCES && characters < BATCH_CHARACTERS) continue;
    yield batch;
    [batch, characters] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

async function read({ objects, report, log }: StudyParts, key: string): Promise<IndexRows | null> {
  try {
    return await readStored(objects, key);
  } catch (error) {
    if (!(error instanceof DicomError) && !(error instanceof ObjectNotFound)) throw error;
    report.unreadable.push(key);
    log.warn({ key, error: error.name }, 'an object cannot be read');
    return null;
  }
}

/** Which of these objects the index points to. */
async function knownKeys(index: pg.Pool, group: readonly StoredKey[]): Promise<Set<string>> {
  const { rows } = await index.query<{ key: string }>(
    `SELECT key
       FROM unnest($1::text[], $2::text[], $3::text[]) AS given (key, hospital, sop)
      WHERE EXISTS (SELECT FROM instance WHERE hospital_code = hospital AND sop_instance_uid = sop AND object_key = key)
         OR EXISTS (SELECT FROM kept_aside WHERE hospital_code = hospital AND sop_instance_uid = sop AND object_key = key)
         OR EXISTS (SELECT FROM former_instance WHERE hospital_code = hospital AND sop_instance_uid = sop
                       AND object_key = key AND recovered_at IS NULL)`,
    [group.map(({ key }) => key), group.map(({ hospital }) => hospital), group.map(({ sop }) => sop)],
  );
  return new Set(rows.map(({ key }) => key));
}
