import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anInstance, type FactoryInstance, toInstance } from '../../../../test/factories/index.ts';
import { PICTURE_RENDITIONS_PREFIX } from '@hutong/storage-config';
import { startTestGateway, type TestGateway } from '../../dicomweb/testing.ts';
import { parseMultipart } from '../../dicomweb/testMultipart.ts';
import { wadoRoutes } from '../routes.ts';
import { seedObjects } from '../testSeed.ts';

const STUDY = '2.25.100';
const SERIES = '2.25.101';
const base = {
  StudyInstanceUID: STUDY,
  SeriesInstanceUID: SERIES,
  PatientName: 'Li^Si=李^四',
  PatientID: 'P1',
};
/** Left half black, right half white. */
function halves(rows: number, columns: number): Uint8Array {
  const pixels = new Uint8Array(rows * columns);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = i % columns < columns / 2 ? 0 : 255;
  return pixels;
}
const grey = {
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  Rows: 20,
  Columns: 40,
  BitsAllocated: 8,
  BitsStored: 8,
  HighBit: 7,
  PixelRepresentation: 0,
  WindowCenter: 128,
  WindowWidth: 256,
  RescaleIntercept: 0,
  RescaleSlope: 1,
};
const image = (sop: string, extra: Record<string, string | number | Uint8Array> = {}): FactoryInstance =>
  anInstance({ ...base, ...grey, SOPInstanceUID: sop, PixelData: halves(20, 40), ...extra });

const report = toInstance({
  SpecificCharacterSet: 'ISO_IR 192',
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.11',
  SOPInstanceUID: '2.25.110',
  ...base,
  SeriesInstanceUID: '2.25.109',
  Modality: 'SR',
  ConceptNameCodeSequence: [{ CodeValue: '18748-4', CodingSchemeDesignator: 'LN', CodeMeaning: '影像报告' }],
  ValueType: 'CONTAINER',
  ContentSequence: [
    {
      ValueType: 'TEXT',
      ConceptNameCodeSequence: [
        { CodeValue: '121071', CodingSchemeDesignator: 'DCM', CodeMeaning: 'Finding' },
      ],
      TextValue: '未见异常 <script>alert(1)</script>',
    },
    {
      ValueType: 'NUM',
      ConceptNameCodeSequence: [
        { CodeValue: '410668003', CodingSchemeDesignator: 'SCT', CodeMeaning: 'Length' },
      ],
      MeasuredValueSequence: [
        {
          NumericValue: '1.50',
          MeasurementUnitsCodeSequence: [
            { CodeValue: 'cm', CodingSchemeDesignator: 'UCUM', CodeMeaning: 'centimeter' },
          ],
        },
      ],
    },
    {
      ValueType: 'IMAGE',
      ReferencedSOPSequence: [
        {
          ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
          ReferencedSOPInstanceUID: '2.25.122',
          ReferencedFrameNumber: 2,
        },
      ],
    },
  ],
  CompletionFlag: 'COMPLETE',
  VerificationFlag: 'VERIFIED',
  VerifyingObserverSequence: [
    {
      VerifyingOrganization: '互通医院',
      VerificationDateTime: '20240506070809',
      VerifyingObserverName: 'Wang^Wu=王^五',
    },
  ],
});
const pdf = toInstance({
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.104.1',
  SOPInstanceUID: '2.25.111',
  ...base,
  SeriesInstanceUID: '2.25.108',
  PatientName: 'Li^Si',
  Modality: 'DOC',
  EncapsulatedDocument: new Uint8Array(Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(2000, 32)])),
  MIMETypeOfEncapsulatedDocument: 'application/pdf',
});
const presentationState = toInstance({
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.11.1',
  SOPInstanceUID: '2.25.112',
  ...base,
  PatientName: 'Li^Si',
  SeriesInstanceUID: '2.25.107',
  Modality: 'PR',
  ReferencedSeriesSequence: [
    {
      ReferencedImageSequence: [
        { ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2', ReferencedSOPInstanceUID: '2.25.120' },
      ],
      SeriesInstanceUID: SERIES,
    },
  ],
  PresentationLUTShape: 'INVERSE',
  SoftcopyVOILUTSequence: [{ WindowCenter: 128, WindowWidth: 256 }],
});

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({ dicomweb: [wadoRoutes(parts)] }));
  const images = [
    image('2.25.120'),
    image('2.25.121'),
    image('2.25.122', {
      NumberOfFrames: 3,
      PixelData: new Uint8Array(Buffer.concat([halves(20, 40), halves(20, 40), halves(20, 40).reverse()])),
    }),
  ];
  const burnt = image('2.25.130', {
    StudyInstanceUID: '2.25.200',
    SeriesInstanceUID: '2.25.201',
    BurnedInAnnotation: 'YES',
  });
  await seedObjects(
    gateway,
    'a',
    [...images, report, pdf, presentationState].map(({ bytes }) => bytes),
  );
  await seedObjects(gateway, 'a', [burnt.bytes]);
});
afterAll(() => gateway.close());

const path = (sop: string, series = SERIES): string => `/studies/${STUDY}/series/${series}/instances/${sop}`;
const get = (target: string, accept = '*/*', headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${gateway.url}/dicomweb${target}`, { headers: { accept, ...headers } });
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

/** What kind of file it is, and its size in pixels. */
function picture(bytes: Buffer): [type: string, width: number, height: number] {
  if (bytes.readUInt32BE(0) === 0x89504e47) return ['png', bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (bytes.toString('latin1', 0, 4) === 'GIF8') return ['gif', bytes.readUInt16LE(6), bytes.readUInt16LE(8)];
  if (bytes.readUInt16BE(0) !== 0xffd8) return ['?', 0, 0];
  for (let at = 2; at < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes.readUInt16BE(at);
    if (marker >= 0xffc0 && marker <= 0xffc2)
      return ['jpeg', bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
  }
  return ['jpeg', 0, 0];
}

describe('rendered instances and frames', () => {
  test.each([
    ['*/*', '', 'image/jpeg', ['jpeg', 40, 20]],
    ['image/png', '', 'image/png', ['png', 40, 20]],
    ['image/gif', '', 'image/gif', ['gif', 40, 20]],
    ['*/*', '?accept=image/png', 'image/png', ['png', 40, 20]],
    ['image/*', '?viewport=80,80', 'image/jpeg', ['jpeg', 80, 40]],
    ['image/png', '?viewport=20,20,20,0,20,20', 'image/png', ['png', 20, 20]],
    ['image/png', '?window=128,256,linear-exact&quality=50&unknown=1', 'image/png', ['png', 40, 20]],
  ])('Accept: %s %s is %s', async (accept, query, type, expected) => {
    const response = await get(`${path('2.25.120')}/rendered${query}`, accept);
    expect(response.headers.get('content-type')).toBe(type);
    const bytes = await bytesOf(response);
    expect(bytes.length).toBe(Number(response.headers.get('content-length')));
    expect(picture(bytes)).toEqual(expected);
  });

  test('a multi-frame image is one frame, every frame as parts, or a moving picture', async () => {
    const target = path('2.25.122');
    expect(picture(await bytesOf(await get(`${target}/rendered`)))).toEqual(['jpeg', 40, 20]);
    const all = await get(`${target}/rendered`, 'multipart/related; type="image/png"');
    const parts = parseMultipart(all.headers.get('content-type') ?? '', await bytesOf(all));
    expect(parts.map(({ headers }) => headers['content-location'])).toEqual(
      [1, 2, 3].map((frame) => `${gateway.url}/dicomweb${target}/frames/${frame}/rendered`),
    );
    const moving = await bytesOf(await get(`${target}/frames/1,3/rendered`, 'image/gif'));
    // Two image descriptors after graphic control extensions.
    expect(moving.toString('latin1').split('\x21\xf9\x04').length - 1).toBe(2);
    expect((await get(`${target}/frames/1,3/rendered`, 'image/jpeg')).status).toBe(406);
    expect((await get(`${target}/frames/4/rendered`)).status).toBe(404);
  });

  test.each([
    'viewport=0,10',
    'viewport=10',
    'viewport=10,10,1,1',
    'viewport=10,10,39,0,2,2',
    'viewport=10,10,,,0,5',
    'viewport=99999,1',
    'window=1,2',
    'window=a,2,linear',
    'window=1,0,linear',
    'window=1,2,cubic',
    'quality=0',
    'quality=101',
    'quality=high',
    'quality=1&quality=2',
    'annotation=',
    'annotation=patient,,technique',
    'iccprofile=cmyk',
  ])('%s is 400 and names the parameter', async (query) => {
    const response = await get(`${path('2.25.120')}/rendered?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      detail: expect.stringContaining(query.split('=')[0] ?? '') as string,
    });
  });

  test('an ICC profile that the media type cannot hold is 400', async () => {
    expect((await get(`${path('2.25.120')}/rendered?iccprofile=srgb`, 'image/gif')).status).toBe(400);
  });

  test('annotations change the picture; those that are not known are ignored with a warning', async () => {
    const plain = await bytesOf(await get(`${path('2.25.120')}/rendered?viewport=400,200`, 'image/png'));
    const annotated = await get(
      `${path('2.25.120')}/rendered?viewport=400,200&annotation=patient,dose`,
      'image/png',
    );
    expect(annotated.headers.get('warning')).toMatch(/^299 .*dose/);
    expect((await bytesOf(annotated)).equals(plain)).toBe(false);
  });

  test('HEAD and 304 render nothing', async () => {
    const head = await fetch(`${gateway.url}/dicomweb${path('2.25.120')}/rendered`, { method: 'HEAD' });
    expect(head.headers.get('content-type')).toBe('image/jpeg');
    const tag = head.headers.get('etag') ?? '';
    expect((await get(`${path('2.25.120')}/rendered`, '*/*', { 'if-none-match': tag })).status).toBe(304);
    const other = await get(`${path('2.25.120')}/rendered?quality=20`, '*/*', { 'if-none-match': tag });
    expect(other.status).toBe(200);
    await other.arrayBuffer();
  });
});

describe('renderings of what is no image', () => {
  test('a report is a page without scripts, text, or XML', async () => {
    const target = `${path('2.25.110', '2.25.109')}/rendered`;
    const page = await get(target);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await page.text();
    expect(html).toContain('影像报告');
    expect(html).toContain('未见异常 &lt;script&gt;');
    expect(html).not.toContain('<script');
    expect(await (await get(target, 'text/plain')).text()).toContain('Finding: 未见异常');
    expect(await (await get(target, 'text/xml')).text()).toContain('<NativeDicomModel');
    expect((await get(target, 'image/png')).status).toBe(406);
  });

  test('a report says who verified it, what its images are, and numbers as they were written', async () => {
    const target = `${path('2.25.110', '2.25.109')}/rendered`;
    const text = await (await get(target, 'text/plain')).text();
    expect(text).toContain('审核者 Verified by: 王 五 Wang Wu, 互通医院, 2024-05-06 07:08\n');
    expect(text).toContain('CT 图像 CT image / 帧 frame 2 / 2.25.122');
    expect(text).toContain('Length: 1.50 centimeter');
    expect(await (await get(target, 'text/html')).text()).toContain('<td>王 五 Wang Wu, 互通医院');
    expect(await (await get(target, 'text/xml')).text()).toContain('>1.50</Value>');
  });

  test('an encapsulated document is sent as it is, also in part', async () => {
    const target = `${path('2.25.111', '2.25.108')}/rendered`;
    const whole = await get(target, 'application/pdf');
    expect(whole.headers.get('content-type')).toBe('application/pdf');
    expect((await bytesOf(whole)).toString('latin1', 0, 8)).toBe('%PDF-1.4');
    expect((await get(target, 'application/pdf', { range: 'bytes=0-3' })).status).toBe(206);
    const bulk = await get(`${path('2.25.111', '2.25.108')}/bulkdata/00420011`, 'application/pdf');
    expect(bulk.headers.get('content-type')).toBe('application/pdf');
    await bulk.arrayBuffer();
  });

  test('a presentation state shows its images as it says, and takes the size alone', async () => {
    const target = `${path('2.25.112', '2.25.107')}/rendered`;
    const shown = await bytesOf(await get(target, 'image/png'));
    expect(picture(shown)).toEqual(['png', 40, 20]);
    expect(shown.equals(await bytesOf(await get(`${path('2.25.120')}/rendered`, 'image/png')))).toBe(false);
    expect(picture(await bytesOf(await get(`${target}?viewport=80,40`, 'image/png')))).toEqual([
      'png',
      80,
      40,
    ]);
    expect((await get(`${target}?window=1,2,linear`)).status).toBe(400);
    expect((await get(`${target}?viewport=80,40,0,0,1,1`)).status).toBe(400);
  });
});

describe('rendered series and studies', () => {
  test('a series is a part for each frame of each image', async () => {
    const response = await get(`/studies/${STUDY}/series/${SERIES}/rendered`);
    expect(response.headers.get('content-type')).toContain('multipart/related; type="image/jpeg"');
    const parts = parseMultipart(response.headers.get('content-type') ?? '', await bytesOf(response));
    expect(parts.map(({ body }) => picture(body)[0])).toEqual(Array(5).fill('jpeg'));
  });

  test('a study holds what the accepted types can show, and says what was left out', async () => {
    const response = await get(
      `/studies/${STUDY}/rendered`,
      'multipart/related; type="image/png", multipart/related; type="text/html"',
    );
    expect(response.headers.get('warning')).toContain('1 of 6 instances');
    const parts = parseMultipart(response.headers.get('content-type') ?? '', await bytesOf(response));
    expect(parts.map(({ headers }) => headers['content-type'])).toEqual([
      ...Array<string>(5).fill('image/png'),
      'text/html; charset=utf-8',
      'image/png',
    ]);
  });

  test.each([`/studies/${STUDY}`, `/studies/${STUDY}/series/${SERIES}`])(
    '%s as a single part is 406',
    async (target) => {
      expect((await get(`${target}/rendered`, 'image/jpeg')).status).toBe(406);
    },
  );
});

describe('thumbnails', () => {
  test.each([
    `/studies/${STUDY}`,
    `/studies/${STUDY}/series/${SERIES}`,
    path('2.25.121'),
    `${path('2.25.122')}/frames/2`,
  ])('%s has one', async (target) => {
    const response = await get(`${target}/thumbnail`);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    const [type, width, height] = picture(await bytesOf(response));
    expect([type, width, height]).toEqual(['jpeg', 256, 128]);
    const small = await get(`${target}/thumbnail?viewport=20,20`, 'image/png');
    expect(picture(await bytesOf(small))).toEqual(['png', 20, 10]);
  });

  test('it is kept in the object store, and sent from there', async () => {
    const first = await bytesOf(await get(`${path('2.25.121')}/thumbnail`));
    const keys: string[] = [];
    for await (const { key } of gateway.objects.list(PICTURE_RENDITIONS_PREFIX)) keys.push(key);
    const key = keys.find((one) => one.includes('/2.25.121~')) ?? '';
    await gateway.objects.delete(key);
    await gateway.objects.put(key, Buffer.from('the kept one'), {});
    expect((await bytesOf(await get(`${path('2.25.121')}/thumbnail`))).toString()).toBe('the kept one');
    expect(first.length).toBeGreaterThan(100);
  });

  test('what has no picture, or one with text in it, is an icon that shows nothing', async () => {
    const icon = await bytesOf(await get(`${path('2.25.110', '2.25.109')}/thumbnail`));
    expect(picture(icon)).toEqual(['jpeg', 256, 256]);
    const burnt = '/studies/2.25.200/series/2.25.201/instances/2.25.130';
    expect((await bytesOf(await get(`${burnt}/thumbnail`))).equals(icon)).toBe(true);
    expect((await bytesOf(await get('/studies/2.25.200/thumbnail'))).equals(icon)).toBe(true);
  });

  test.each(['annotation=patient', 'window=1,2,linear', 'viewport=1,1,0,0,1,1'])(
    '%s is 400',
    async (query) => {
      expect((await get(`/studies/${STUDY}/thumbnail?${query}`)).status).toBe(400);
    },
  );

  test('of what is not there it is 404', async () => {
    expect((await get('/studies/2.25.999/thumbnail')).status).toBe(404);
    expect((await get(`${path('2.25.122')}/frames/9/thumbnail`)).status).toBe(404);
  });
});
