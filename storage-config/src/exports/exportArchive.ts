import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import type pg from 'pg';
import type { ObjectStore } from '../objectStore.ts';
import { csvLines, writeCsv } from '../writeCsv.ts';
import type { ExportJob, StudyManifest } from './exportJob.ts';
import { exportedStudies } from './exportWork.ts';
import {
  centralHeader,
  dataDescriptor,
  directoryEnd,
  localHeader,
  type WrittenEntry,
  type ZipEntry,
} from './zipRecords.ts';

/** Of every entry alike: times of writing say when somebody was exported. */
const MODIFIED = new Date(Date.UTC(2000, 0, 1));

/** How a file stands in the archive, the time of writing included. */
export const entryOf = ({ name, size }: { name: string; size: number }): ZipEntry => ({
  name,
  size,
  modified: MODIFIED,
});

const COLUMNS = [
  'pseudonym',
  'study_instance_uid',
  'folder',
  'study_date',
  'modalities',
  'sex',
  'age',
  'files',
];
const MORE_COLUMNS = ['to_look_at', 'left_out', 'items'];

/**
 * The archive of an export that is done, piece by piece: the files of each study as the workers wrote them, `manifest.csv`
 * with a line a study, `look-at.csv` with a line for each file whose pixels may show who the patient is. Memory is that of
 * some studies' names, however large it is.
 */
export async function* exportArchive(
  index: pg.Pool,
  objects: ObjectStore,
  { id, options }: Pick<ExportJob, 'id' | 'options'>,
): AsyncGenerator<Buffer> {
  let position = 0;
  for await (const { objectKey, objectSize } of exportedStudies(index, id)) {
    if (objectKey === null) continue;
    for await (const chunk of (await objects.get(objectKey)) as AsyncIterable<Buffer>) yield chunk;
    position += objectSize;
  }
  const tables: WrittenEntry[] = [];
  for (const [name, lines] of exportTables(index, { id, options })) {
    const head = localHeader(entryOf({ name, size: 0 }));
    yield head;
    let size = 0;
    let crc = 0;
    for await (const line of lines) {
      const bytes = Buffer.from(line, 'utf8');
      size += bytes.length;
      crc = crc32(bytes, crc);
      yield bytes;
    }
    const entry = entryOf({ name, size });
    const descriptor = dataDescriptor(entry, crc);
    yield descriptor;
    tables.push({ ...entry, offset: position, crc32: crc });
    position += head.length + size + descriptor.length;
  }
  let count = 0;
  let length = 0;
  let offset = 0;
  for await (const { objectKey, manifest } of exportedStudies(index, id)) {
    if (objectKey === null) continue;
    const headers: Buffer[] = [];
    for (const file of manifest.files) {
      const entry = entryOf(file);
      headers.push(centralHeader({ ...entry, offset, crc32: file.crc32 }));
      offset += localHeader(entry).length + file.size + dataDescriptor(entry, file.crc32).length;
    }
    const bytes = Buffer.concat(headers);
    yield bytes;
    count += headers.length;
    length += bytes.length;
  }
  const rest = Buffer.concat(tables.map(centralHeader));
  yield rest;
  yield directoryEnd(count + tables.length, length + rest.length, position);
}

/** The tables beside the images, by name, each line by line. */
export function exportTables(
  index: pg.Pool,
  { id, options }: Pick<ExportJob, 'id' | 'options'>,
): (readonly [name: string, lines: AsyncGenerator<string>])[] {
  return [
    ['manifest.csv', manifestLines(index, id, options.conformance)],
    ['look-at.csv', flaggedLines(index, id)],
  ];
}

/**
 * Who is who: pseudonym and new UID with hospital, PatientID and UID of each study that is still there. Whoever has it can
 * undo the export, so it leaves on the operator's console alone.
 */
export async function* linkageLines(index: pg.Pool, id: string): AsyncGenerator<string> {
  yield writeCsv([
    ['pseudonym', 'study_instance_uid', 'hospital', 'patient_id', 'original_study_instance_uid'],
  ]);
  for await (const { manifest, hospital, originalUid } of exportedStudies(index, id)) {
    const { rows } = await index.query<{ patient: string }>(
      'SELECT patient_id AS patient FROM study WHERE hospital_code = $1 AND study_instance_uid = $2',
      [hospital, originalUid],
    );
    yield csvLines([
      [manifest.pseudonym, manifest.studyInstanceUid, hospital, rows[0]?.patient ?? '', originalUid],
    ]);
  }
}

async function* manifestLines(index: pg.Pool, id: string, conformance: boolean): AsyncGenerator<string> {
  yield writeCsv([[...COLUMNS, ...MORE_COLUMNS.slice(0, conformance ? 3 : 2)]]);
  for await (const { manifest } of exportedStudies(index, id)) {
    const flagged = manifest.files.filter(({ risks }) => risks !== undefined).length;
    yield csvLines([
      [
        manifest.pseudonym,
        manifest.studyInstanceUid,
        manifest.folder,
        manifest.studyDate,
        manifest.modalities.join(' '),
        manifest.sex,
        manifest.age,
        String(manifest.files.length),
        String(flagged),
        leftOutWords(manifest),
        ...(conformance ? [manifest.items.map(({ code, verdict }) => `${code}:${verdict}`).join(' ')] : []),
      ],
    ]);
  }
}

async function* flaggedLines(index: pg.Pool, id: string): AsyncGenerator<string> {
  yield writeCsv([['file', 'why']]);
  for await (const { manifest } of exportedStudies(index, id))
    for (const { name, risks } of manifest.files)
      if (risks !== undefined) yield csvLines([[name, risks.join(' ')]]);
}

const leftOutWords = ({ leftOut }: StudyManifest): string =>
  Object.entries(leftOut)
    .map(([reason, count]) => `${reason}:${String(count)}`)
    .join(' ');
