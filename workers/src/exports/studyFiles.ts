import { deidentifyPart10, type Deidentifier } from '@hutong/deidentification';
import { DatasetError, DicomError, readPart10, text } from '@hutong/dicom';
import {
  type ExportOptions,
  ObjectNotFound,
  type ObjectStore,
  type SubjectStudy,
} from '@hutong/storage-config';
import type pg from 'pg';
import { openSource, RewriteFailure, type StoredInstance } from '../patientCorrections/openSource.ts';
import { swapWords, WORD_BYTES } from '../patientCorrections/swapWords.ts';

/** A file of an export: its bytes are to be read once. */
export interface StudyFile {
  name: string;
  size: number;
  /** Why its pixels are to be looked at; none where nothing speaks for it. */
  risks: readonly string[];
  bytes(): AsyncGenerator<Buffer>;
  /** What the table says of the study, as its first file says it. */
  facts(): { studyInstanceUid: string; studyDate: string; sex: string; age: string };
}

interface InstanceRow extends StoredInstance {
  sopClassUid: string;
  seriesNumber: number;
}

/** Folder of images with pixels that may show who the patient is. */
export const LOOK_AT_FOLDER = 'look-at';

/**
 * The instances of a study, de-identified one after the other; what cannot be is counted by its reason.
 *
 * @param folder of the study in the archive
 * @throws RewriteFailure DAMAGED, while a file is read whose object is not what was stored
 */
export async function* studyFiles(
  { index, objects }: { index: pg.Pool; objects: ObjectStore },
  deidentifier: Deidentifier,
  subject: SubjectStudy,
  { folder, options }: { folder: string; options: ExportOptions },
  leftOut: Record<string, number>,
): AsyncGenerator<StudyFile> {
  const { rows } = await index.query<InstanceRow>(
    `SELECT i.object_key AS "objectKey", i.object_size AS "objectSize", i.object_sha256 AS "objectSha256",
            i.transfer_syntax_uid AS "transferSyntaxUid", i.pixel_data -> 'value' AS "pixelData",
            i.sop_class_uid AS "sopClassUid",
            dense_rank() OVER (ORDER BY e.series_number NULLS LAST, e.series_id)::int AS "seriesNumber"
       FROM instance i JOIN series e USING (series_id)
      WHERE i.study_id = $1 ORDER BY e.series_number NULLS LAST, e.series_id, i.instance_number NULLS LAST, i.instance_id`,
    [subject.studyId],
  );
  const leave = (reason: string): void => {
    leftOut[reason] = (leftOut[reason] ?? 0) + 1;
  };
  let number = 0;
  for (const row of rows) {
    const reason = deidentifier.leftOut(row.sopClassUid);
    if (reason !== null) {
      leave(reason);
      continue;
    }
    try {
      const source = await openSource(objects, row);
      const { pixelData, head } = source;
      const result = deidentifyPart10(
        { head, transferSyntaxUid: row.transferSyntaxUid, pixelDataFollows: pixelData !== null },
        deidentifier,
        subject,
      );
      const burnedIn = result.risks.some((risk) => risk !== 'FACE');
      if (burnedIn && options.flagged === 'leaveOut') {
        leave('FLAGGED');
        continue;
      }
      number += 1;
      const series = String(row.seriesNumber).padStart(3, '0');
      const file = `${folder}/series-${series}/${String(number).padStart(5, '0')}.dcm`;
      yield {
        name: burnedIn ? `${LOOK_AT_FOLDER}/${file}` : file,
        size: result.bytes.length + (pixelData?.length ?? 0),
        risks: result.risks,
        facts: () => {
          const { dataset } = readPart10(result.bytes.subarray(0, headEnd(result.bytes, pixelData !== null)));
          return {
            studyInstanceUid: text(dataset, '0020000D'),
            studyDate: text(dataset, '00080020'),
            sex: text(dataset, '00100040'),
            age: text(dataset, '00101010'),
          };
        },
        bytes: async function* () {
          yield result.bytes;
          if (pixelData === null) return;
          const words = result.swapped === null ? undefined : WORD_BYTES[result.swapped];
          yield* words === undefined ? source.value() : swapWords(source.value(), words);
          if (!source.isWhole()) throw new RewriteFailure('DAMAGED');
        },
      };
    } catch (error) {
      const isOdd =
        error instanceof DicomError ||
        error instanceof DatasetError ||
        error instanceof RangeError ||
        error instanceof ObjectNotFound ||
        (error instanceof RewriteFailure && error.message !== 'DAMAGED');
      if (!isOdd) throw error;
      leave('UNREADABLE');
    }
  }
}

/** Where the dataset ends before the header of the pixel data, of 12 bytes in what was written here. */
const headEnd = (bytes: Buffer, hasPixelData: boolean): number => bytes.length - (hasPixelData ? 12 : 0);
