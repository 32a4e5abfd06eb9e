import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AggregatorRegistry, type Registry } from 'prom-client';

/** Numbers older than this are of a process that is gone, in milliseconds. */
const FRESH_MS = 20_000;

/**
 * Lets several servers on one port answer for one another: a scrape reaches any of them, so each leaves its numbers in a
 * folder that the others read.
 */
export class SharedMetrics {
  readonly #folder: string;
  readonly #own: string;

  constructor(dataDirectory: string) {
    this.#folder = path.join(dataDirectory, 'metrics');
    this.#own = `${process.pid}.json`;
  }

  async leave(registry: Registry): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const written = path.join(this.#folder, `${this.#own}.new`);
    await writeFile(written, JSON.stringify(await registry.getMetricsAsJSON()), { mode: 0o600 });
    await rename(written, path.join(this.#folder, this.#own));
  }

  /** Own numbers of now and the others' of some seconds ago, added up. */
  async together(registry: Registry): Promise<Registry> {
    const names = await readdir(this.#folder).catch(() => []);
    const others = await Promise.all(
      names.filter((name) => name.endsWith('.json') && name !== this.#own).map((name) => this.#read(name)),
    );
    const known = others.filter((metrics) => metrics !== null);
    return AggregatorRegistry.aggregate([await registry.getMetricsAsJSON(), ...known] as object[]);
  }

  async remove(): Promise<void> {
    await rm(path.join(this.#folder, this.#own), { force: true }).catch(() => undefined);
  }

  async #read(name: string): Promise<object | null> {
    const file = path.join(this.#folder, name);
    try {
      const { mtimeMs } = await stat(file);
      if (Date.now() - mtimeMs > FRESH_MS) return null;
      return JSON.parse(await readFile(file, 'utf8')) as object;
    } catch {
      // Gone or replaced meanwhile.
      return null;
    }
  }
}
