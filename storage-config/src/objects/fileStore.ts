import { randomUUID } from 'node:crypto';
import { mkdir, open, opendir, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { ByteRange } from '@hutong/dicom';
import { errorCode } from '../database.ts';
import { checkObjectKey, METADATA_SUFFIX } from '../objectKeys.ts';
import {
  type ObjectMetadata,
  ObjectNotFound,
  type ObjectStore,
  type ObjectWriter,
  type StoredObject,
} from '../objectStore.ts';
import { DirectorySync } from './directorySync.ts';
import { reading, writing } from './fileErrors.ts';
import { readRange } from './readRange.ts';
import { FileWriter, isWrittenAtOnce } from './fileWriter.ts';
import { MetadataFiles } from './metadataFiles.ts';
import { renameFile } from './systemCalls.ts';
import { UnfinishedFiles } from './unfinishedFiles.ts';

const TEMPORARY = '.unfinished';
const READ_CHUNK = 256 * 1024;

/**
 * Objects as plain files: `objects/<key>` holds the bytes as received, `objects/<key>.meta` its metadata as JSON. Both are
 * written under `objects/.unfinished`, synced, and renamed, so a key is either absent or whole. Equal metadata is one file
 * under many names.
 *
 * What is committed survives a loss of power: the bytes and the size of the file are synced before it gets its name, the
 * names of object and metadata by an fsync of their directory afterwards, and the directory's own name by an fsync of its
 * parent when it was made. Commits into one directory that overlap share its fsync, which begins after the last of their
 * renames. A process that is killed at any moment leaves at most an unfinished file, or an object that no row names: both
 * are swept.
 */
export async function openFileStore(folder: string): Promise<ObjectStore> {
  await mkdir(path.join(folder, TEMPORARY), { recursive: true, mode: 0o700 });
  return new FileStore(folder);
}

class FileStore implements ObjectStore {
  readonly #folder: string;
  readonly #directories = new DirectorySync();
  readonly #metadataFiles: MetadataFiles;
  readonly #unfinished: UnfinishedFiles;

  constructor(folder: string) {
    this.#folder = folder;
    this.#metadataFiles = new MetadataFiles(path.join(folder, TEMPORARY));
    this.#unfinished = new UnfinishedFiles(path.join(folder, TEMPORARY));
  }

  async create(key: string, metadata: ObjectMetadata, size?: number): Promise<ObjectWriter> {
    const target = this.#pathOf(key);
    const file = await writing(() =>
      isWrittenAtOnce(size) ? this.#unfinished.openForOneWrite() : this.#unfinished.open(),
    );
    return new FileWriter(file, {
      size,
      prepare: () => this.#prepare(target, metadata),
      publish: () => this.#publish(file.path, target),
      withdraw: () => rm(target + METADATA_SUFFIX, { force: true }),
    });
  }

  async put(key: string, body: Uint8Array, metadata: ObjectMetadata): Promise<void> {
    const writer = await this.create(key, metadata, body.byteLength);
    try {
      await writer.write(body);
      await writer.commit();
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  async get(key: string, range?: ByteRange): Promise<Readable> {
    if (range?.length === 0) throw new RangeError('an empty range has no bytes to read');
    return reading(async () => {
      const handle = await open(this.#pathOf(key), 'r');
      const bounds = range === undefined ? {} : { start: range.offset, end: range.offset + range.length - 1 };
      return handle.createReadStream({ ...bounds, highWaterMark: READ_CHUNK });
    });
  }

  async read(key: string, range: ByteRange, into?: Buffer): Promise<Buffer> {
    return reading(() => readRange(this.#pathOf(key), range, into));
  }

  fileOf(key: string): string {
    return this.#pathOf(key);
  }

  async stat(key: string): Promise<StoredObject & { metadata: ObjectMetadata }> {
    const target = this.#pathOf(key);
    return reading(async () => {
      const found = await stat(target);
      if (!found.isFile()) throw new ObjectNotFound('no object has this key');
      const metadata = JSON.parse(await readFile(target + METADATA_SUFFIX, 'utf8')) as ObjectMetadata;
      return { key, size: found.size, lastModified: found.mtime, metadata };
    });
  }

  async delete(key: string): Promise<void> {
    const target = this.#pathOf(key);
    await writing(async () => {
      // The bytes first: metadata without an object means nothing, an object without metadata would.
      for (const file of [target, target + METADATA_SUFFIX]) {
        await unlink(file).catch((error: unknown) => {
          if (errorCode(error) !== 'ENOENT') throw error;
        });
      }
    });
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    const [, directory = '', beginning = ''] = /^(?:(.*)\/)?([^/]*)$/.exec(prefix) ?? [];
    if (directory !== '') checkObjectKey(directory);
    yield* this.#walk(directory, beginning);
  }

  async *#walk(directory: string, beginning: string): AsyncIterable<StoredObject> {
    const entries = await opendir(path.join(this.#folder, directory)).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return null;
      throw error;
    });
    if (entries === null) return;
    for await (const entry of entries) {
      if (
        !entry.name.startsWith(beginning) ||
        entry.name.startsWith('.') ||
        entry.name.endsWith(METADATA_SUFFIX)
      )
        continue;
      const key = directory === '' ? entry.name : `${directory}/${entry.name}`;
      if (entry.isDirectory()) {
        yield* this.#walk(key, '');
      } else {
        const found = await stat(path.join(this.#folder, key)).catch(() => null);
        if (found !== null) yield { key, size: found.size, lastModified: found.mtime };
      }
    }
  }

  async sweepUnfinished(before: Date): Promise<number> {
    await this.#unfinished.dropSpares();
    const folder = path.join(this.#folder, TEMPORARY);
    let removed = 0;
    for (const name of await readdir(folder)) {
      const found = await stat(path.join(folder, name)).catch(() => null);
      if (found === null || found.mtime >= before) continue;
      await rm(path.join(folder, name), { force: true });
      removed += 1;
    }
    return removed;
  }

  async check(): Promise<void> {
    const file = path.join(this.#folder, TEMPORARY, `check-${randomUUID()}`);
    await writing(async () => {
      await writeFile(file, 'x');
      await unlink(file);
    });
  }

  async close(): Promise<void> {
    this.#directories.close();
    await this.#unfinished.close();
  }

  /** Puts the metadata into its place. Whether nothing stood there before. */
  async #prepare(target: string, metadata: ObjectMetadata): Promise<boolean> {
    const directory = path.dirname(target);
    const put = async (): Promise<boolean> => {
      await this.#directories.make(this.#folder, directory);
      return this.#metadataFiles.put(metadata, target + METADATA_SUFFIX);
    };
    return put().catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error;
      // Somebody tidied empty directories away since we made them.
      this.#directories.forget();
      return put();
    });
  }

  async #publish(unfinished: string, target: string): Promise<void> {
    await renameFile(unfinished, target).catch(async (error: unknown) => {
      // Where one unfinished file was removed under our hands, those held ready were too.
      await this.#unfinished.dropSpares();
      throw error;
    });
    try {
      await this.#directories.sync(path.dirname(target));
    } catch (error) {
      // Not known to be durable, so it must not be found either.
      await rm(target, { force: true });
      await rm(target + METADATA_SUFFIX, { force: true });
      throw error;
    }
  }

  #pathOf(key: string): string {
    return path.join(this.#folder, ...checkObjectKey(key).split('/'));
  }
}
