import type { DicomJson } from '@hutong/dicom';
import { api } from 'dicomweb-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCtStudy, type FactoryStudy } from '../../../test/factories/index.ts';
import { FetchedRequest } from '../../../test/harness/fetchedRequest.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';

/** The methods used here; the package's own types ask for every optional argument. */
interface Client {
  searchForStudies(options: { queryParams: Record<string, string> }): Promise<unknown[]>;
  searchForSeries(options: { studyInstanceUID: string }): Promise<unknown[]>;
  searchForInstances(options: { studyInstanceUID: string; seriesInstanceUID: string }): Promise<unknown[]>;
  retrieveStudyMetadata(options: Identity): Promise<DicomJson[]>;
  retrieveSeriesMetadata(options: Identity): Promise<DicomJson[]>;
  retrieveInstanceMetadata(options: Identity): Promise<DicomJson[]>;
  retrieveInstance(options: Identity): Promise<ArrayBuffer>;
  retrieveInstanceRendered(options: Identity & Pictured): Promise<ArrayBuffer | ArrayBuffer[]>;
  retrieveInstanceFramesRendered(
    options: Identity & Pictured & { frameNumbers: number[] },
  ): Promise<ArrayBuffer | ArrayBuffer[]>;
  retrieveInstanceThumbnail(options: Identity & Pictured): Promise<ArrayBuffer | ArrayBuffer[]>;
  retrieveSeries(options: Identity): Promise<ArrayBuffer[]>;
  retrieveInstanceFrames(
    options: Identity & { frameNumbers: number[]; mediaTypes?: MediaType[] },
  ): Promise<ArrayBuffer[]>;
  retrieveBulkData(options: { BulkDataURI: string }): Promise<ArrayBuffer[]>;
}

interface MediaType {
  mediaType: string;
  transferSyntaxUID?: string;
}

interface Pictured {
  mediaTypes?: MediaType[];
  queryParams?: Record<string, string>;
}

interface Identity {
  studyInstanceUID: string;
  seriesInstanceUID: string;
  sopInstanceUID: string;
}

let server: TestServer;
let study: FactoryStudy;
let client: Client;

beforeAll(async () => {
  Object.assign(globalThis, { XMLHttpRequest: FetchedRequest });
  server = await startTestServer();
  const key = await server.hospitalKey('a');
  study = aCtStudy({ seed: 'dicomweb-client', slices: 3 });
  const headers = { Authorization: `Bearer ${key}` };
  const bodies = study.instances.map(({ bytes }) => bytes);
  const stored = await postStore(`${server.url}/dicomweb`, multipartBody(bodies), { key });
  expect(stored.status).toBe(200);
  const options = { url: `${server.url}/dicomweb`, headers, verbose: false };
  client = new api.DICOMwebClient(options as never) as unknown as Client;
});
afterAll(() => server.close());

const uidsOf = (results: unknown, tag: string): unknown[] =>
  (results as DicomJson[]).map((result) => result[tag]?.Value?.[0]);
const identity = (i = 0): Identity => ({
  studyInstanceUID: String(study.studyInstanceUid),
  seriesInstanceUID: String(study.instances[i]?.seriesInstanceUid),
  sopInstanceUID: String(study.instances[i]?.sopInstanceUid),
});

test('it finds the study, its series and its instances', async () => {
  const { studyInstanceUID, seriesInstanceUID } = identity();
  const studies = await client.searchForStudies({ queryParams: { StudyInstanceUID: studyInstanceUID } });
  expect(uidsOf(studies, '0020000D')).toEqual([studyInstanceUID]);
  expect(uidsOf(await client.searchForSeries({ studyInstanceUID }), '0020000E')).toEqual([seriesInstanceUID]);
  const instances = await client.searchForInstances({ studyInstanceUID, seriesInstanceUID });
  expect(uidsOf(instances, '00080018').sort()).toEqual(
    study.instances.map((one) => one.sopInstanceUid).toSorted(),
  );
});

test('a search that finds nothing is an empty list', async () => {
  expect(await client.searchForStudies({ queryParams: { PatientID: 'nobody' } })).toEqual([]);
});

test('it reads the metadata at all levels', async () => {
  const all = study.instances.length;
  expect(await client.retrieveStudyMetadata(identity())).toHaveLength(all);
  expect(await client.retrieveSeriesMetadata(identity())).toHaveLength(all);
  const metadata = await client.retrieveInstanceMetadata(identity());
  expect(metadata[0]?.['00080018']?.Value).toEqual([identity().sopInstanceUID]);
});

test('it gets instances back byte for byte', async () => {
  const instance = await client.retrieveInstance(identity(1));
  expect(Buffer.from(instance)).toEqual(Buffer.from(study.instances[1]?.bytes ?? []));
  const series = await client.retrieveSeries(identity());
  expect(series.map((one) => one.byteLength)).toEqual(study.instances.map(({ bytes }) => bytes.length));
});

test('frames and bulk data are the pixels at the end of the file', async () => {
  const file = Buffer.from(study.instances[0]?.bytes ?? []);
  const pixels = file.subarray(file.length - 64 * 64 * 2);
  const [frame] = await client.retrieveInstanceFrames({ ...identity(), frameNumbers: [1] });
  expect(Buffer.from(frame ?? new ArrayBuffer())).toEqual(pixels);
  const [metadata] = await client.retrieveInstanceMetadata(identity());
  const uri = metadata?.['7FE00010']?.BulkDataURI ?? '';
  const [bulk] = await client.retrieveBulkData({ BulkDataURI: uri });
  expect(Buffer.from(bulk ?? new ArrayBuffer())).toEqual(pixels);
});

test('it gets frames in another encoding, pictures and thumbnails', async () => {
  const [frame] = await client.retrieveInstanceFrames({
    ...identity(),
    frameNumbers: [1],
    mediaTypes: [{ mediaType: 'image/jp2', transferSyntaxUID: '1.2.840.10008.1.2.4.90' }],
  });
  // The first markers of a JPEG 2000 codestream: SOC, SIZ.
  expect(Buffer.from(frame ?? new ArrayBuffer()).readUInt32BE(0)).toBe(0xff4fff51);
  const png = [{ mediaType: 'image/png' }];
  const queryParams = { viewport: '32,32' };
  const pictures = [
    await client.retrieveInstanceRendered({ ...identity(), mediaTypes: png, queryParams }),
    await client.retrieveInstanceFramesRendered({
      ...identity(),
      mediaTypes: png,
      queryParams,
      frameNumbers: [1],
    }),
    await client.retrieveInstanceThumbnail({ ...identity(), mediaTypes: png, queryParams }),
  ];
  // It answers a list for some of them.
  for (const picture of pictures.flat()) {
    const bytes = Buffer.from(picture);
    expect([bytes.toString('latin1', 1, 4), bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([
      'PNG',
      32,
      32,
    ]);
  }
});
