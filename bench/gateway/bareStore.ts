/**
 * The least a store must do in this runtime with the durability of ours: of each part one SHA-256 and a file that is written
 * beside, synced and renamed, its directory synced, and rows committed to PostgreSQL before the answer. Requests share
 * directory syncs and commits. Nothing is parsed, authorised, audited, compared, logged or judged.
 */
import { createHash, randomUUID } from 'node:crypto';
import { closeSync, fdatasync, fsync, mkdirSync, open, openSync, rename, writev } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';
import { openIndex, silentLog, startEmbeddedPostgres } from '../../storage-config/src/index.ts';

/** Says how many files of equal length a posted body becomes. */
export const PARTS_HEADER = 'x-parts';

const call = {
  open: promisify(open),
  write: promisify(writev),
  sync: promisify(fdatasync),
  rename: promisify(rename),
  syncDirectory: promisify(fsync),
};

/** As long as the dataset that our index keeps of such an instance, and as easy to compress. */
const DATASET = `{${Array.from(
  { length: 80 },
  (_, i) => `"0018${String(1000 + i)}":{"vr":"DS","Value":[${i * 3.7}]}`,
).join(',')}}`.slice(0, 2400);
const WRITING_AT_ONCE = 8;

/** Runs `work` for all that asked while it ran before, together. */
function together<T>(work: (items: T[]) => Promise<void>): (item: T) => Promise<void> {
  let waiting: { item: T; settle: (error?: unknown) => void }[] = [];
  let running = false;
  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const error = await work(batch.map(({ item }) => item)).then(
        () => undefined,
        (failure: unknown) => failure ?? new Error('failed'),
      );
      for (const { settle } of batch) settle(error);
    }
    running = false;
  }
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({
        item,
        settle: (error) => {
          if (error === undefined) resolve();
          else reject(error instanceof Error ? error : new Error('failed'));
        },
      });
      if (!running) void run();
    });
}

interface Stored {
  file: string;
  size: number;
  digest: Buffer;
}

const ADD = `WITH given AS (SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[], $4::text[]) AS g (uid, size, digest, dataset)),
  added AS (INSERT INTO bare_instance SELECT uid, 1, size, digest, dataset FROM given)
  UPDATE bare_study SET instances = instances + cardinality($1), stored_at = now() WHERE study = 1`;

interface Rows {
  add: (rows: Stored[]) => Promise<void>;
  stop: () => Promise<void>;
}

async function openRows(folder: string): Promise<Rows> {
  const postgres = await startEmbeddedPostgres({ dataDirectory: folder, log: silentLog });
  const pool = openIndex({ databasePool: 4 }, { databaseUrl: postgres.databaseUrl });
  await pool.query(
    `CREATE TABLE bare_study (study integer PRIMARY KEY, instances integer, stored_at timestamptz);
     INSERT INTO bare_study VALUES (1, 0, now());
     CREATE TABLE bare_instance (uid text PRIMARY KEY, study integer, size bigint, digest bytea, dataset text);
     CREATE INDEX ON bare_instance (study)`,
  );
  const add = together(async (requests: Stored[][]) => {
    const rows = requests.flat();
    await pool.query({
      name: 'add',
      text: ADD,
      values: [
        rows.map(({ file }) => file),
        rows.map(({ size }) => size),
        rows.map(({ digest }) => digest),
        rows.map(() => DATASET),
      ],
    });
  });
  return {
    add,
    async stop() {
      await pool.end();
      await postgres.stop();
    },
  };
}

export interface BareStore {
  /** Answers a posted body. */
  receive: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  stop: () => Promise<void>;
}

/** Opens the store with everything below `folder`. */
export async function openBareStore(folder: string): Promise<BareStore> {
  const objects = path.join(folder, 'stored');
  mkdirSync(objects);
  const { add, stop } = await openRows(folder);
  const directory = openSync(objects, 'r');
  const syncDirectory = together(() => call.syncDirectory(directory));

  async function storeFile(chunks: readonly Buffer[]): Promise<Stored> {
    const hash = createHash('sha256');
    for (const chunk of chunks) hash.update(chunk);
    const file = path.join(objects, randomUUID());
    const descriptor = await call.open(`${file}.unfinished`, 'wx');
    await call.write(descriptor, [...chunks]);
    await call.sync(descriptor);
    closeSync(descriptor);
    await call.rename(`${file}.unfinished`, file);
    await syncDirectory(undefined);
    return { file, size: chunks.reduce((sum, chunk) => sum + chunk.length, 0), digest: hash.digest() };
  }

  async function receive(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const each = Math.ceil(Number(req.headers['content-length']) / Number(req.headers[PARTS_HEADER] ?? 1));
    const stored: Promise<Stored>[] = [];
    let held: Buffer[] = [];
    let size = 0;
    for await (const chunk of req as AsyncIterable<Buffer>) {
      held.push(chunk);
      size += chunk.length;
      if (size < each) continue;
      stored.push(storeFile(held));
      held = [];
      size = 0;
      const before = stored[stored.length - WRITING_AT_ONCE];
      if (before !== undefined) await before;
    }
    if (held.length > 0) stored.push(storeFile(held));
    await add(await Promise.all(stored));
    res.end('stored');
  }
  return { receive, stop };
}
