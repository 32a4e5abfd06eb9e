import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ObjectMetadata } from '../objectStore.ts';
import { linkFile } from './systemCalls.ts';

/** Texts whose file is remembered. */
const REMEMBERED = 256;

/**
 * The files that keep objects' metadata. The objects of one store have the same, so its file is written and synced once
 * and then given further names by hard links, each of which costs one system call and no sync of its own. Files are
 * never changed, so it does not matter that they are shared.
 */
export class MetadataFiles {
  readonly #temporary: string;
  /** Path of a durable file by its text, the one used last at the end. */
  readonly #files = new Map<string, string>();

  /** @param temporary folder for files that have no name yet, on the same file system */
  constructor(temporary: string) {
    this.#temporary = temporary;
  }

  /**
   * Puts a file with the metadata at `target`. Its name is durable once the directory is synced.
   *
   * @returns whether surely nothing stood there before
   */
  async put(metadata: ObjectMetadata, target: string): Promise<boolean> {
    const text = JSON.stringify(metadata);
    const known = this.#files.get(text);
    if (known !== undefined) {
      try {
        await linkFile(known, target);
        this.#remember(text, target);
        return true;
      } catch {
        // Removed meanwhile, at its limit of names, or a file system without links.
        this.#files.delete(text);
      }
    }
    await this.#write(text, target);
    this.#remember(text, target);
    return false;
  }

  async #write(text: string, target: string): Promise<void> {
    const temporary = path.join(this.#temporary, randomUUID());
    const handle = await open(temporary, 'wx', 0o600);
    try {
      try {
        await handle.writeFile(text);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  #remember(text: string, file: string): void {
    this.#files.delete(text);
    this.#files.set(text, file);
    const [oldest] = this.#files.keys();
    if (this.#files.size > REMEMBERED && oldest !== undefined) this.#files.delete(oldest);
  }
}
