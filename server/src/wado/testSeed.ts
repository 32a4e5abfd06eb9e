/** For tests: real objects put into a gateway's index and store, as storing would. */
import { readPart10, text } from '@hutong/dicom';
import { seedStudy, type TestGateway } from '../dicomweb/testing.ts';

/** Puts Part 10 objects of one study in. Returns their paths below the DICOMweb root, in their order. */
export async function seedObjects(
  gateway: Pick<TestGateway, 'index' | 'objects'>,
  hospital: string,
  objects: readonly Uint8Array[],
): Promise<string[]> {
  const read = objects.map((bytes) => ({ bytes: Buffer.from(bytes), instance: readPart10(bytes) }));
  const [first] = read;
  if (first === undefined) return [];
  const study = first.instance.identity.studyInstanceUid;
  const series = [...new Set(read.map(({ instance }) => instance.identity.seriesInstanceUid))];
  await seedStudy(gateway, {
    hospital,
    uid: study,
    columns: {
      patient_id: text(first.instance.dataset, '00100020'),
      issuer_of_patient_id: text(first.instance.dataset, '00100021'),
    },
    series: series.map((uid, number) => ({
      uid,
      columns: {
        series_number: number + 1,
        modality: text(
          read.find(({ instance }) => instance.identity.seriesInstanceUid === uid)?.instance.dataset ?? {},
          '00080060',
        ),
      },
      instances: read
        .filter(({ instance }) => instance.identity.seriesInstanceUid === uid)
        .map(({ bytes, instance }, position) => ({
          uid: instance.identity.sopInstanceUid,
          bytes,
          columns: {
            instance_number: position + 1,
            sop_class_uid: instance.identity.sopClassUid,
            transfer_syntax_uid: instance.transferSyntaxUid,
            rows: Number(text(instance.dataset, '00280010')) || null,
            columns: Number(text(instance.dataset, '00280011')) || null,
            bits_allocated: Number(text(instance.dataset, '00280100')) || null,
          },
          dataset: instance.dataset,
          bulkData: instance.bulkData,
          ...(instance.pixelData === null ? {} : { pixelData: instance.pixelData }),
        })),
    })),
  });
  return read.map(
    ({ instance: { identity } }) =>
      `/studies/${study}/series/${identity.seriesInstanceUid}/instances/${identity.sopInstanceUid}`,
  );
}
