import { EXPLICIT_VR_LITTLE_ENDIAN, anInstance } from '../../test/factories/index.ts';

/** UIDs of one length, so that a copy of one instance becomes another by writing over its UIDs. */
const UID_DIGITS = 12;
const ROOT = '1.2.826.0.1.3680043.8.498.';
const uid = (kind: 1 | 2 | 3, n: number): string => `${ROOT}${kind}${String(n).padStart(UID_DIGITS, '0')}`;

export const studyUid = (study: number): string => uid(1, study);
export const seriesUid = (study: number): string => uid(2, study);
export const instanceUid = (study: number, instance: number): string => uid(3, study * 100_000 + instance);

/** Makes the instances of studies of one series each: a CT of `size`×`size` pixels, 16 bits, uncompressed. */
export function instanceMaker(size: number): (study: number, instance: number) => Buffer {
  const template = Buffer.from(
    anInstance(
      { SOPInstanceUID: instanceUid(0, 0), StudyInstanceUID: studyUid(0), SeriesInstanceUID: seriesUid(0) },
      { seed: 'bench', rows: size, columns: size, transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN },
    ).bytes,
  );
  const places = (value: string): number[] => {
    const found: number[] = [];
    for (let at = template.indexOf(value); at >= 0; at = template.indexOf(value, at + 1)) found.push(at);
    return found;
  };
  const studies = places(studyUid(0));
  const series = places(seriesUid(0));
  const instances = places(instanceUid(0, 0));
  return (study, instance) => {
    const copy = Buffer.from(template);
    for (const place of studies) copy.write(studyUid(study), place, 'latin1');
    for (const place of series) copy.write(seriesUid(study), place, 'latin1');
    for (const place of instances) copy.write(instanceUid(study, instance), place, 'latin1');
    return copy;
  };
}

const BOUNDARY = 'bench-boundary';
const PART = Buffer.from(`--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`);
const BREAK = Buffer.from('\r\n');

export const STORE_TYPE = `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`;

/** The body of a store request with these instances. */
export function storeBody(instances: readonly Buffer[]): Buffer[] {
  return [...instances.flatMap((instance) => [PART, instance, BREAK]), Buffer.from(`--${BOUNDARY}--\r\n`)];
}
