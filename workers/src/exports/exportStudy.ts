import { crc32 } from 'node:zlib';
import type { Deidentifier } from '@hutong/deidentification';
import {
  dataDescriptor,
  entryOf,
  type ExportedFile,
  exportObjectKey,
  failStudy,
  finishStudy,
  type HutongConfig,
  isOutage,
  LEASE_SECONDS,
  type LeasedStudy,
  leaseStudy,
  localHeader,
  type ObjectStore,
  openDeidentifier,
  putBackStudy,
  readSubject,
  renewLease,
  type SecretBox,
  SecretBoxError,
} from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import { describeFailure } from '../failure.ts';
import { startLoop, type Loop } from '../loop.ts';
import { studyFiles } from './studyFiles.ts';

export interface ExportParts {
  index: pg.Pool;
  objects: ObjectStore;
  secrets: SecretBox;
  config: Pick<HutongConfig, 'exports'>;
  log: Logger;
}

/** How often it is looked for exports while there is none. */
const POLL_MS = 2000;

/** Writes the studies of exports, one at a time. What a worker that died was at is taken up by another. */
export function startExports(parts: ExportParts): Loop {
  const known = new KnownDeidentifiers(parts);
  return startLoop('exports', parts.log, async (signal) => {
    const study = await leaseStudy(parts.index);
    if (study === null) return POLL_MS;
    await exportStudy(parts, known, study, signal);
    return 0;
  });
}

/**
 * Writes the studies of one export, here and now. Returns when none is left.
 *
 * @throws Error of a part that is not there at the moment; workers go on later
 */
export async function runExport(parts: ExportParts, exportId: string): Promise<void> {
  const known = new KnownDeidentifiers(parts);
  for (;;) {
    const study = await leaseStudy(parts.index, exportId);
    if (study === null) return;
    await exportStudy(parts, known, study);
  }
}

/** The de-identification of the export at work, so that its key and words are not read for each study. */
class KnownDeidentifiers {
  readonly #parts: ExportParts;
  #last: { exportId: string; deidentifier: Deidentifier } | null = null;

  constructor(parts: ExportParts) {
    this.#parts = parts;
  }

  async of({ exportId, project, options }: LeasedStudy): Promise<Deidentifier> {
    if (this.#last?.exportId !== exportId) {
      const { index, secrets } = this.#parts;
      this.#last = { exportId, deidentifier: await openDeidentifier(index, secrets, project, options) };
    }
    return this.#last.deidentifier;
  }
}

/** @throws Error of a part that is not there at the moment: then nothing of this study counts */
async function exportStudy(
  parts: ExportParts,
  known: KnownDeidentifiers,
  study: LeasedStudy,
  signal?: AbortSignal,
): Promise<void> {
  const { index, objects, config, log } = parts;
  const { keepDays } = config.exports;
  const state = { wanted: true };
  const timer = setInterval(
    () => {
      renewLease(index, study).then(
        (wanted) => (state.wanted = wanted),
        () => undefined,
      );
    },
    (LEASE_SECONDS * 1000) / 4,
  );
  const isWanted = (): boolean => state.wanted && signal?.aborted !== true;
  try {
    const subject = await readSubject(index, study.hospital, study.studyInstanceUid);
    if (subject === null) {
      await finishStudy(index, study, 'gone', keepDays);
      return;
    }
    const deidentifier = await known.of(study);
    const key = exportObjectKey(study.exportId, study.position);
    const pseudonym = deidentifier.pseudonym(subject);
    const folder = `${pseudonym}/study-${String(study.position).padStart(4, '0')}`;
    const leftOut: Record<string, number> = {};
    const files: ExportedFile[] = [];
    const facts = {
      studyInstanceUid: deidentifier.uid(study.studyInstanceUid),
      studyDate: '',
      sex: '',
      age: '',
    };
    const writer = await objects.create(key, { 'export-id': study.exportId });
    let size = 0;
    const write = async (bytes: Buffer): Promise<void> => {
      await writer.write(bytes);
      size += bytes.length;
    };
    try {
      for await (const file of studyFiles(
        parts,
        deidentifier,
        subject,
        { folder, options: study.options },
        leftOut,
      )) {
        if (!isWanted()) throw new NotWanted();
        if (files.length === 0) Object.assign(facts, file.facts());
        const entry = entryOf(file);
        await write(localHeader(entry));
        let crc = 0;
        for await (const bytes of file.bytes()) {
          crc = crc32(bytes, crc);
          await write(bytes);
        }
        await write(dataDescriptor(entry, crc));
        const { name, risks } = file;
        files.push({ name, size: file.size, crc32: crc, ...(risks.length > 0 && { risks }) });
      }
      await writer.commit();
    } catch (error) {
      await writer.abort().catch(() => undefined);
      throw error;
    }
    const isKept = await finishStudy(
      index,
      study,
      {
        objectKey: key,
        objectSize: size,
        manifest: {
          ...facts,
          pseudonym,
          folder,
          modalities: subject.modalities,
          items: study.options.conformance ? subject.items : [],
          files,
          leftOut,
        },
      },
      keepDays,
    );
    if (!isKept) await objects.delete(key).catch(() => undefined);
  } catch (error) {
    // A worker that stops leaves its study to the next one.
    if (error instanceof NotWanted) return;
    // A full disk, a part that is away, a key that is missing: the study has to wait, and so have the others.
    if (isOutage(error) || error instanceof SecretBoxError) {
      await putBackStudy(index, study).catch(() => undefined);
      throw error;
    }
    log.warn(
      { export: study.exportId, position: study.position, reason: describeFailure(error) },
      'study not exported',
    );
    await failStudy(index, study, keepDays);
  } finally {
    clearInterval(timer);
  }
}

class NotWanted extends Error {
  override name = 'NotWanted';
}
