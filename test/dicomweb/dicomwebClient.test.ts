import type { DicomJson } from '@hutong/dicom';
import { api } from 'dicomweb-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FetchedRequest } from '../harness/fetchedRequest.ts';
import { picture } from './material/encoders.ts';
import { COLUMNS, ROWS, testImage, TS, type TestImage } from './material/images.ts';
import { everything, LARGE } from './material/records.ts';
import { searchStudies, type SearchData } from './material/searchStudies.ts';
import { identityOf } from './rows/retrieve.ts';
import { namedTarget, ourTarget, type RunningTarget } from './targets.ts';
import { World } from './world.ts';

interface Identity {
  studyInstanceUID: string;
  seriesInstanceUID: string;
  sopInstanceUID: string;
}
type MediaType = { mediaType: string; transferSyntaxUID?: string };
interface Options {
  mediaTypes?: MediaType[];
  queryParams?: Record<string, string>;
}

/** All of its transactions; the package's own types ask for every optional argument. */
interface Client {
  searchForStudies(options?: { queryParams: Record<string, string> }): Promise<DicomJson[]>;
  searchForSeries(options?: {
    studyInstanceUID?: string;
    queryParams?: Record<string, string>;
  }): Promise<DicomJson[]>;
  searchForInstances(
    options?: Partial<Identity> & { queryParams?: Record<string, string> },
  ): Promise<DicomJson[]>;
  retrieveStudyMetadata(options: { studyInstanceUID: string }): Promise<DicomJson[]>;
  retrieveSeriesMetadata(options: Omit<Identity, 'sopInstanceUID'>): Promise<DicomJson[]>;
  retrieveInstanceMetadata(options: Identity): Promise<DicomJson[]>;
  retrieveStudy(options: Pick<Identity, 'studyInstanceUID'> & Options): Promise<ArrayBuffer[]>;
  retrieveSeries(options: Omit<Identity, 'sopInstanceUID'> & Options): Promise<ArrayBuffer[]>;
  retrieveInstance(options: Identity & Options): Promise<ArrayBuffer>;
  retrieveInstanceFrames(options: Identity & Options & { frameNumbers: number[] }): Promise<ArrayBuffer[]>;
  retrieveInstanceRendered(options: Identity & Options): Promise<ArrayBuffer[] | ArrayBuffer>;
  retrieveInstanceFramesRendered(
    options: Identity & Options & { frameNumbers: number[] },
  ): Promise<ArrayBuffer[] | ArrayBuffer>;
  retrieveInstanceThumbnail(options: Identity & Options): Promise<ArrayBuffer[] | ArrayBuffer>;
  retrieveInstanceFramesThumbnail(
    options: Identity & Options & { frameNumbers: number[] },
  ): Promise<ArrayBuffer[] | ArrayBuffer>;
  retrieveBulkData(options: {
    BulkDataURI: string;
    mediaTypes?: MediaType[];
    byteRange?: [number, number];
  }): Promise<ArrayBuffer[]>;
  buildInstanceWadoURIUrl(options: Identity & { contentType?: string; transferSyntax?: string }): string;
  storeInstances(options: { datasets: ArrayBuffer[]; studyInstanceUID?: string }): Promise<unknown>;
}

let running: RunningTarget;
let world: World;
let client: Client;
let studies: SearchData;

beforeAll(async () => {
  Object.assign(globalThis, { XMLHttpRequest: FetchedRequest });
  running = namedTarget() ?? (await ourTarget());
  world = new World(running.target);
  client = new api.DICOMwebClient({ url: running.target.root, verbose: false } as never) as unknown as Client;
  studies = await searchStudies(world);
});
afterAll(() => running.stop());

const identity = (image: TestImage): Identity => ({
  studyInstanceUID: image.studyInstanceUid,
  seriesInstanceUID: image.seriesInstanceUid,
  sopInstanceUID: image.sopInstanceUid,
});
const inA = (): Identity => ({
  studyInstanceUID: studies.A.study,
  seriesInstanceUID: studies.A.series[0]!,
  sopInstanceUID: studies.A.instances[0]![0]!,
});
const first = (dataset: DicomJson | undefined, tag: string): unknown => dataset?.[tag]?.Value?.[0];
const uids = (datasets: readonly DicomJson[], tag: string): unknown[] =>
  datasets.map((each) => first(each, tag)).sort();
const bytes = (answer: ArrayBuffer[] | ArrayBuffer): Buffer =>
  Buffer.from(Array.isArray(answer) ? answer[0]! : answer);
const asArrayBuffer = (file: Buffer): ArrayBuffer => new Uint8Array(file).buffer;

describe('dicomweb-client, which nobody here wrote', () => {
  test('searches for studies, series and instances at every level', async () => {
    const found = await client.searchForStudies({ queryParams: { PatientID: studies.B.patientId } });
    expect(uids(found, '0020000D')).toEqual([studies.B.study]);
    const { studyInstanceUID, seriesInstanceUID } = inA();
    expect(uids(await client.searchForSeries({ studyInstanceUID }), '0020000E')).toEqual(
      [...studies.A.series].sort(),
    );
    expect(
      uids(
        await client.searchForSeries({ queryParams: { SeriesInstanceUID: seriesInstanceUID } }),
        '0020000E',
      ),
    ).toEqual([seriesInstanceUID]);
    expect(uids(await client.searchForInstances({ studyInstanceUID }), '00080018')).toEqual(
      studies.A.instances.flat().sort(),
    );
    expect(
      uids(await client.searchForInstances({ studyInstanceUID, seriesInstanceUID }), '00080018'),
    ).toEqual([...studies.A.instances[0]!].sort());
    expect(
      uids(
        await client.searchForInstances({ queryParams: { SOPInstanceUID: inA().sopInstanceUID } }),
        '00080018',
      ),
    ).toEqual([inA().sopInstanceUID]);
  });

  test('gets an empty list where nothing is found', async () => {
    expect(await client.searchForStudies({ queryParams: { PatientID: 'nobody at all' } })).toEqual([]);
  });

  test('reads the metadata of study, series and instance', async () => {
    expect(uids(await client.retrieveStudyMetadata(inA()), '00080018')).toEqual(
      studies.A.instances.flat().sort(),
    );
    expect(uids(await client.retrieveSeriesMetadata(inA()), '00080018')).toEqual(
      [...studies.A.instances[0]!].sort(),
    );
    expect(uids(await client.retrieveInstanceMetadata(inA()), '00080018')).toEqual([inA().sopInstanceUID]);
  });

  test('retrieves study, series and instance, each instance whole', async () => {
    const sops = (files: readonly ArrayBuffer[]): string[] =>
      files.map((file) => identityOf(new Uint8Array(file)).sopInstanceUid).sort();
    expect(sops(await client.retrieveStudy(inA()))).toEqual(studies.A.instances.flat().sort());
    expect(sops(await client.retrieveSeries(inA()))).toEqual([...studies.A.instances[0]!].sort());
    const image = await world.image('multiframe');
    expect(Buffer.from(await client.retrieveInstance(identity(image))).equals(image.file)).toBe(true);
  });

  test('retrieves frames uncompressed, in the order it lists them', async () => {
    const image = await world.image('multiframe');
    const frames = await client.retrieveInstanceFrames({ ...identity(image), frameNumbers: [4, 1] });
    expect(
      frames.map(
        (frame) => Buffer.from(frame).equals(image.frames[3]!) || Buffer.from(frame).equals(image.frames[0]!),
      ),
    ).toEqual([true, true]);
    expect(Buffer.from(frames[0]!).equals(image.frames[3]!)).toBe(true);
  });

  test.each([
    ['image/jls', TS.jpegLs, 'jpegLs'],
    ['image/jp2', TS.jpeg2000, 'jpeg2000'],
    ['image/jpeg', TS.jpegLossless, 'jpegLossless'],
    ['image/x-dicom-rle', TS.rle, 'rle16'],
  ] as const)('retrieves frames as %s in %s', async (mediaType, transferSyntaxUID, kind) => {
    const image = await world.image(kind);
    const [frame] = await client.retrieveInstanceFrames({
      ...identity(image),
      frameNumbers: [1],
      mediaTypes: [{ mediaType, transferSyntaxUID }],
    });
    const encoded = image.encoded[0]!;
    expect(Buffer.from(frame!).subarray(0, encoded.length).equals(encoded)).toBe(true);
  });

  test('retrieves frames as whatever of several media types is stored', async () => {
    const image = await world.image('jpegLs');
    const mediaTypes = [
      { mediaType: 'image/jls', transferSyntaxUID: TS.jpegLs },
      { mediaType: 'application/octet-stream', transferSyntaxUID: TS.explicit },
    ];
    const [frame] = await client.retrieveInstanceFrames({
      ...identity(image),
      frameNumbers: [1],
      mediaTypes,
    });
    const seen = Buffer.from(frame!);
    expect(
      [image.encoded[0]!, image.frames[0]!].some((known) => seen.subarray(0, known.length).equals(known)),
    ).toBe(true);
  });

  test('retrieves rendered instances and frames with parameters', async () => {
    const image = await world.image('multiframe');
    const plain = await picture(
      bytes(await client.retrieveInstanceRendered(identity(await world.image('u8')))),
    );
    expect([plain.width, plain.height]).toEqual([COLUMNS, ROWS]);
    const png = [{ mediaType: 'image/png' }];
    const seen = await picture(
      bytes(
        await client.retrieveInstanceFramesRendered({
          ...identity(image),
          frameNumbers: [2],
          mediaTypes: png,
          queryParams: { window: '2000,1000,linear', viewport: '10,12' },
        }),
      ),
    );
    expect([seen.format, seen.width, seen.height]).toEqual(['png', 10, 12]);
    const still = await picture(
      bytes(
        await client.retrieveInstanceRendered({ ...identity(await world.image('rgb')), mediaTypes: png }),
      ),
    );
    expect(still.data.equals((await world.image('rgb')).frames[0]!)).toBe(true);
  });

  test('retrieves thumbnails of an instance and of a frame', async () => {
    const image = await world.image('multiframe');
    const mediaTypes = [{ mediaType: 'image/jpeg' }];
    for (const answer of [
      await client.retrieveInstanceThumbnail({ ...identity(image), mediaTypes }),
      await client.retrieveInstanceThumbnail(identity(image)),
      await client.retrieveInstanceFramesThumbnail({ ...identity(image), frameNumbers: [3], mediaTypes }),
    ])
      expect((await picture(bytes(answer))).format).toBe('jpeg');
  });

  test('retrieves bulk data where metadata points to it', async () => {
    const ids = await everything(world);
    const [metadata] = await client.retrieveInstanceMetadata({
      studyInstanceUID: ids.studyInstanceUid,
      seriesInstanceUID: ids.seriesInstanceUid,
      sopInstanceUID: ids.sopInstanceUid,
    });
    const { BulkDataURI } = metadata!['00211001'] as unknown as { BulkDataURI: string };
    const [value] = await client.retrieveBulkData({ BulkDataURI });
    expect(Buffer.from(value!).equals(LARGE)).toBe(true);
  });

  test('builds WADO-URI addresses, transferSyntax=* when nothing is said, that are answered', async () => {
    const image = await world.image('u8');
    const wadoClient = new api.DICOMwebClient({
      url: world.target.wadoUri!,
      verbose: false,
    } as never) as unknown as Client;
    const url = wadoClient.buildInstanceWadoURIUrl(identity(image));
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get('content-type')?.split(';')[0]]).toEqual([
      200,
      'application/dicom',
    ]);
  });

  test('stores instances, with and without naming the study', async () => {
    const make = (seed: string) =>
      testImage('u16', {
        studyInstanceUid: world.uid(`${seed}/study`),
        seriesInstanceUid: world.uid(`${seed}/series`),
        sopInstanceUid: world.uid(seed),
      });
    const [one, other] = [await make('client store 1'), await make('client store 2')];
    await client.storeInstances({ datasets: [asArrayBuffer(one.file)] });
    await client.storeInstances({
      datasets: [asArrayBuffer(other.file)],
      studyInstanceUID: other.studyInstanceUid,
    });
    for (const image of [one, other]) {
      const back = await client.retrieveInstance(identity(image));
      expect(Buffer.from(back).equals(image.file)).toBe(true);
    }
  });

  test('is told of a study that is not there', async () => {
    await expect(client.retrieveStudy({ studyInstanceUID: world.uid('absent') })).rejects.toMatchObject({
      status: 404,
    });
  });
});
