import { createHash } from 'node:crypto';
import {
  findTaken,
  type InboxCounts,
  type InboxError,
  inTransaction,
  keepDocument,
  type ObjectStore,
  type PersonKeys,
  recordTaken,
  type ReportToSave,
  saveOrders,
  savePatients,
  saveReports,
  type TakenFile,
} from '@hutong/storage-config';
import type pg from 'pg';
import { FileFault, MOST_ERRORS } from './fileFault.ts';
import { type FileContent, readFile } from './readFile.ts';

export interface TakingParts {
  index: pg.Pool;
  objects: ObjectStore;
  personKeys: PersonKeys;
}

/** How a file ended. */
export interface Taken {
  state: 'done' | 'failed';
  errors: readonly InboxError[];
}

/** Entries saved in one transaction. */
const BATCH = 500;

/**
 * Takes a file of a hospital: what it says is saved and recorded, and of a file that was taken whole before nothing is done.
 * One that is refused leaves nothing but its record, except that patients who can be taken are.
 *
 * @throws where the index or the object store is away; then nothing is recorded and the file is taken later
 */
export async function takeFile(
  parts: TakingParts,
  hospital: string,
  name: string,
  bytes: Buffer,
): Promise<Taken> {
  const file: TakenFile = {
    hospital,
    name,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest(),
  };
  // The move after the record did not happen: the process ended between them.
  if ((await findTaken(parts.index, file)) === 'done') return { state: 'done', errors: [] };
  let content: FileContent;
  try {
    content = await readFile(name, bytes);
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    await recordTaken(parts.index, file, 'failed', {}, error.errors);
    return { state: 'failed', errors: error.errors };
  }
  const { counts, errors } = await save(parts, hospital, content);
  const state = errors.length === 0 ? 'done' : 'failed';
  await recordTaken(parts.index, file, state, counts, errors);
  return { state, errors };
}

async function save(
  { index, objects, personKeys }: TakingParts,
  hospital: string,
  { patients, orders, reports }: FileContent,
): Promise<{ counts: InboxCounts; errors: InboxError[] }> {
  const author = { kind: 'system', id: 'inbox', name: 'inbox' } as const;
  const outcomes = await savePatients(
    index,
    personKeys,
    hospital,
    patients.map(({ message }) => message),
    author,
  );
  const errors = outcomes
    .flatMap((one, at) =>
      one.outcome === 'refused' ? [{ at: patients[at]?.at ?? '', zh: one.zh, en: one.en }] : [],
    )
    .slice(0, MOST_ERRORS);
  for (let at = 0; at < orders.length; at += BATCH)
    await inTransaction(index, (client) =>
      saveOrders(client, hospital, orders.slice(at, at + BATCH), 'folder'),
    );
  for (let at = 0; at < reports.length; at += BATCH) {
    const kept: ReportToSave[] = [];
    for (const { message, pdf } of reports.slice(at, at + BATCH)) {
      const document = pdf === null ? null : await keepDocument({ index, objects }, hospital, pdf);
      kept.push({ ...message, document });
    }
    await inTransaction(index, (client) => saveReports(client, hospital, kept, 'folder'));
  }
  const counts: InboxCounts = {
    ...(patients.length === 0
      ? {}
      : { patients: outcomes.filter(({ outcome }) => outcome === 'registered').length }),
    ...(orders.length === 0 ? {} : { orders: orders.length }),
    ...(reports.length === 0 ? {} : { reports: reports.length }),
  };
  return { counts, errors };
}
