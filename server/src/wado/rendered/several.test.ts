import { TRANSFER_SYNTAXES } from '@hutong/dicom';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  element,
  encapsulated,
  IDENTITY,
  part10Object,
  shorts,
} from '../../../../packages/dicom/src/testObjects.ts';
import { anInstance, toInstance } from '../../../../test/factories/index.ts';
import { startTestGateway, type TestGateway } from '../../dicomweb/testing.ts';
import { parseMultipart } from '../../dicomweb/testMultipart.ts';
import { wadoRoutes } from '../routes.ts';
import { seedObjects } from '../testSeed.ts';
import { wadoUriRoutes } from '../uri/routes.ts';

type Attributes = Parameters<typeof toInstance>[0];

const patient = { PatientName: 'Li^Si', PatientID: 'P1' };
const grey = {
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  Rows: 4,
  Columns: 4,
  BitsAllocated: 8,
  BitsStored: 8,
  HighBit: 7,
  PixelRepresentation: 0,
};

/** Makes the objects of one study, numbered from its UID on. */
function aStudy(study: string) {
  let last = 0;
  const identity = (modality: string): Attributes => ({
    ...patient,
    StudyInstanceUID: study,
    SeriesInstanceUID: `${study}.${modality === 'CT' ? 1 : 2}`,
    SOPInstanceUID: `${study}.9.${(last += 1)}`,
    Modality: modality,
  });
  return {
    path: `/studies/${study}`,
    image: (more: Attributes = {}) =>
      anInstance({ ...identity('CT'), ...grey, PixelData: new Uint8Array(16).fill(last), ...more }),
    document: (bytes: Buffer, more: Attributes = {}) =>
      toInstance({
        ...identity('DOC'),
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.104.1',
        EncapsulatedDocument: new Uint8Array(bytes),
        MIMETypeOfEncapsulatedDocument: 'application/pdf',
        ...more,
      }),
    state: (images: readonly string[]) =>
      toInstance({
        ...identity('PR'),
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.11.1',
        ReferencedSeriesSequence: [
          {
            ReferencedImageSequence: images.map((uid) => ({
              ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
              ReferencedSOPInstanceUID: uid,
            })),
            SeriesInstanceUID: `${study}.1`,
          },
        ],
        PresentationLUTShape: 'INVERSE',
      }),
  };
}

/** An image of JPEG-LS, under the identity of test objects, whose frame is no codestream. */
function damaged(): Buffer {
  const us = (tag: string, value: number): Buffer => element(tag, 'US', shorts([value]));
  return part10Object({
    transferSyntaxUid: TRANSFER_SYNTAXES.jpegLsLossless.uid,
    after: [
      us('00280002', 1),
      element('00280004', 'CS', 'MONOCHROME2'),
      us('00280010', 4),
      us('00280011', 4),
      us('00280100', 8),
      us('00280101', 8),
      us('00280102', 7),
      us('00280103', 0),
      encapsulated([Buffer.from('no codestream!')]),
    ],
  });
}

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({
    dicomweb: [wadoRoutes(parts), wadoUriRoutes(parts)],
  }));
});
afterAll(() => gateway.close());

const seed = (...objects: readonly { bytes: Uint8Array }[]): Promise<string[]> =>
  seedObjects(
    gateway,
    'a',
    objects.map(({ bytes }) => bytes),
  );
const get = (target: string, accept: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${gateway.url}/dicomweb${target}`, { headers: { accept, ...headers } });
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());
async function partsOf(response: Response) {
  const type = response.headers.get('content-type') ?? '';
  expect([response.status, type]).toEqual([200, expect.stringContaining('multipart/related')]);
  return parseMultipart(type, await bytesOf(response));
}
const uidOf = (path: string): string => path.split('/').at(-1) ?? '';

describe('a presentation state for several images', () => {
  const study = aStudy('2.25.310');
  let target = '';
  let uri = '';
  beforeAll(async () => {
    const images = [study.image(), study.image(), study.image()];
    const paths = await seed(...images, study.state(images.map((_, i) => `2.25.310.9.${i + 1}`)));
    target = `${paths[3] ?? ''}/rendered`;
    uri = `/?requestType=WADO&studyUID=2.25.310&seriesUID=2.25.310.2&objectUID=${uidOf(paths[3] ?? '')}`;
  });

  test.each([
    '*/*',
    'image/jpeg, multipart/related;type="image/jpeg"',
    'multipart/related;type="image/jpeg", image/jpeg',
    'image/png;q=0.9, */*;q=0.1',
  ])('comes as parts where Accept is %s', async (accept) => {
    const parts = await partsOf(await get(target, accept));
    expect(parts.map(({ headers }) => headers['content-type'])).toEqual(Array(3).fill('image/jpeg'));
  });

  test('says by Content-Location that its pictures are those of the state', async () => {
    const parts = await partsOf(await get(target, '*/*'));
    expect(new Set(parts.map(({ headers }) => headers['content-location']))).toEqual(
      new Set([`${gateway.url}/dicomweb${target}`]),
    );
  });

  test('is 406 where only single parts are accepted', async () => {
    const answer = await get(target, 'image/jpeg');
    expect(answer.status).toBe(406);
    expect(await answer.text()).toContain('multipart/related; type=image/jpeg');
  });

  test('is its first image with a warning in WADO-URI, which has single parts alone', async () => {
    const answer = await get(uri, '*/*');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(answer.headers.get('warning')).toContain('for 3 images');
    await answer.arrayBuffer();
  });
});

test('a presentation state without its images is left out of its study, and 404 alone', async () => {
  const study = aStudy('2.25.320');
  const paths = await seed(study.image(), study.state(['2.25.320.99']), study.image());
  const answer = await get(`${study.path}/rendered`, '*/*');
  expect(answer.headers.get('warning')).toContain('1 of 3 instances are for images that are not stored here');
  expect(await partsOf(answer)).toHaveLength(2);
  expect((await get(`${paths[1] ?? ''}/rendered`, '*/*')).status).toBe(404);
  const alone = aStudy('2.25.321');
  await seed(alone.state(['2.25.321.99']));
  expect((await get(`${alone.path}/rendered`, '*/*')).status).toBe(404);
});

describe('images that cannot be drawn', () => {
  const undescribed = { PhotometricInterpretation: '' };

  test('are left out of their study with a warning', async () => {
    const study = aStudy(IDENTITY.studyInstanceUid);
    await seed(study.image(undescribed), study.image(), { bytes: damaged() });
    const answer = await get(`${study.path}/rendered`, '*/*');
    expect(answer.headers.get('warning')).toMatch(/2 of 3 renderings .*PhotometricInterpretation/);
    const parts = await partsOf(answer);
    expect(parts.map(({ headers }) => headers['content-location'])).toEqual([
      expect.stringContaining('.9.2/rendered'),
    ]);
  });

  test('are 406 with the reason where there is nothing else', async () => {
    const study = aStudy('2.25.331');
    await seed(study.image(undescribed));
    const answer = await get(`${study.path}/rendered`, '*/*');
    expect(answer.status).toBe(406);
    expect(await answer.text()).toContain('PhotometricInterpretation (0028,0004) is missing');
    const { studyInstanceUid, seriesInstanceUid } = IDENTITY;
    const damagedSeries = `/studies/${studyInstanceUid}/series/${seriesInstanceUid}/rendered`;
    expect((await get(damagedSeries, '*/*')).status).toBe(406);
  });
});

describe('documents', () => {
  const pdfOf = (length: number): Buffer =>
    Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(length - 9, 65)]);

  test.each([300, 900, 1100])('of %i bytes are rendered, alone and in their study', async (length) => {
    const study = aStudy(`2.25.34${length}`);
    const [path = ''] = await seed(study.document(pdfOf(length)));
    const alone = await get(`${path}/rendered`, 'application/pdf');
    expect(alone.status).toBe(200);
    expect(await bytesOf(alone)).toEqual(pdfOf(length));
    const uri = `/?requestType=WADO&studyUID=2.25.34${length}&seriesUID=2.25.34${length}.2&objectUID=${uidOf(path)}`;
    const byUri = await get(uri, '*/*');
    expect([byUri.status, byUri.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(await bytesOf(byUri)).toEqual(pdfOf(length));
    for (const accept of ['*/*', 'multipart/related;type="application/pdf"']) {
      const parts = await partsOf(await get(`${study.path}/rendered`, accept));
      expect(parts.map(({ headers, body }) => [headers['content-type'], body])).toEqual([
        ['application/pdf', pdfOf(length)],
      ]);
    }
  });

  test('come without the byte that pads them, as bulk data as well', async () => {
    for (const length of [301, 1501]) {
      const study = aStudy(`2.25.35${length}`);
      const padded = Buffer.concat([pdfOf(length), Buffer.from([0])]);
      const [path = ''] = await seed(study.document(padded, { EncapsulatedDocumentLength: length }));
      expect(await bytesOf(await get(`${path}/rendered`, 'application/pdf'))).toEqual(pdfOf(length));
      const tail = await get(`${path}/rendered`, 'application/pdf', { range: 'bytes=-2' });
      expect([tail.status, (await bytesOf(tail)).toString()]).toEqual([206, 'AA']);
      const [part] = await partsOf(await get(`${study.path}/rendered`, '*/*'));
      expect(part?.body).toEqual(pdfOf(length));
    }
    const value = `/studies/2.25.351501/series/2.25.351501.2/instances/2.25.351501.9.1/bulkdata/00420011`;
    expect(await bytesOf(await get(value, 'application/pdf'))).toEqual(pdfOf(1501));
    expect((await bytesOf(await get(value, 'application/octet-stream'))).length).toBe(1502);
    const all = await get('/studies/2.25.351501/bulkdata', 'multipart/related;type="application/pdf"');
    expect((await partsOf(all)).map(({ body }) => body)).toEqual([pdfOf(1501)]);
  });

  test('whose length says less than their value are sent whole', async () => {
    const study = aStudy('2.25.36');
    const [path = ''] = await seed(study.document(pdfOf(1500), { EncapsulatedDocumentLength: 10 }));
    expect(await bytesOf(await get(`${path}/rendered`, 'application/pdf'))).toEqual(pdfOf(1500));
  });
});
